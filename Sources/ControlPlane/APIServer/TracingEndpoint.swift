/// Where a component sends its traces, of a TracingConfiguration.
public enum TracingEndpoint {
  /// The endpoint, `localhost:4317` where it is left out; nil for other kinds.
  public static func of(_ root: ConfigNode) -> PlacedText? {
    guard root.kind == "TracingConfiguration" else { return nil }
    return root["endpoint"]?.text ?? PlacedText("localhost:4317", at: root.place)
  }
}
