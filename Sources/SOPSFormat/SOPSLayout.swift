/// How far in things stand in what is written, as `stores` of a `.sops.yaml` says it.
public struct SOPSLayout: Sendable, Equatable {
  /// The indentation of YAML in spaces, 2 to 9.
  public let yamlIndent: Int
  /// The indentation of JSON in spaces, of an encrypted binary file too; nil for tabs.
  public let jsonIndent: Int?

  /// What SOPS does unless it is told otherwise.
  public static let standard = SOPSLayout()

  /// Makes a layout; YAML gets 2 for what YAML's emitters do not take, as SOPS's does.
  public init(yamlIndent: Int = 4, jsonIndent: Int? = nil) {
    self.yamlIndent = (2...9).contains(yamlIndent) ? yamlIndent : 2
    self.jsonIndent = jsonIndent.map { min(max($0, 0), 64) }
  }
}
