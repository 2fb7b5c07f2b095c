/// What Kubernetes knows an object by.
public struct UnitIdentity: Hashable, Sendable {
  /// The API version, `v1`.
  public let apiVersion: String
  /// The kind, `Secret`.
  public let kind: String
  /// The namespace, empty when the manifest names none.
  public let namespace: String
  /// The name, empty when the manifest names none.
  public let name: String

  /// Makes an identity.
  public init(apiVersion: String, kind: String, namespace: String, name: String) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// Whether it is that of a Secret.
  public var isSecret: Bool { apiVersion == "v1" && kind == "Secret" }

  /// "Secret default/db"; not escaped: `printableLabel` is for messages.
  public var label: String {
    let name = self.name.isEmpty ? "(no name)" : self.name
    return namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)"
  }

  /// The same for people: no control characters, no great length.
  public var printableLabel: String {
    let name = self.name.isEmpty ? "(no name)" : Printable.text(self.name)
    return namespace.isEmpty
      ? "\(kind) \(name)" : "\(kind) \(Printable.text(namespace))/\(name)"
  }
}
