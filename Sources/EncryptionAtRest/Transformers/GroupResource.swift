/// A kind of object by its resource and API group, as an EncryptionConfiguration names it.
public struct GroupResource: Sendable, Hashable, CustomStringConvertible {
  /// The plural, for instance `secrets`; `*` stands for all.
  public let resource: String
  /// The API group; empty for the core group, `*` for all.
  public let group: String

  /// Makes one.
  public init(resource: String, group: String = "") {
    self.resource = resource
    self.group = group
  }

  /// Takes a text apart at its first point, as the API server does.
  public init(_ text: String) {
    guard let point = text.firstIndex(of: ".") else {
      self.init(resource: text)
      return
    }
    self.init(
      resource: String(text[..<point]), group: String(text[text.index(after: point)...]))
  }

  /// All resources of all groups.
  public static let all = GroupResource(resource: "*", group: "*")
  /// Secrets.
  public static let secrets = GroupResource(resource: "secrets")

  public var description: String { group.isEmpty ? resource : "\(resource).\(group)" }
}
