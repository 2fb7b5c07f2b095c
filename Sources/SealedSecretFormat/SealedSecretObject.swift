public import YAMLSource

/// One SealedSecret in a manifest.
public struct SealedSecretObject: Sendable {
  /// One sealed value.
  public struct Entry: Sendable {
    /// Its name.
    public let key: String
    /// The scalar with its Base64.
    public let node: NodeID
  }

  /// The API version that is read and written.
  static let apiVersion = "bitnami.com/v1alpha1"
  /// The kind.
  static let kind = "SealedSecret"

  /// Its mapping.
  public let root: NodeID
  /// Where it begins.
  public let position: SourcePosition
  /// Its name.
  public let name: String
  /// Its namespace, empty when it names none.
  public let namespace: String
  /// What its values are bound to.
  public let scope: SealingScope
  /// Its sealed values, in the order of the text.
  public let entries: [Entry]
  /// The type of the Secret, empty when it names none.
  public let typeName: String

  /// `spec`.
  let spec: NodeID
  /// `spec.encryptedData`; nil when it is not there.
  let encryptedData: NodeID?
  /// `spec.template`; nil when it is not there, or null.
  let template: NodeID?
  /// `spec.template.metadata`; nil when it is not there, or null.
  let templateMetadata: NodeID?
  /// Entries of `spec.template.data`, whose values the controller makes from others.
  let templated: [Entry]
  /// Whether it has `spec.data`, the format of before 2019.
  let hasWholeData: Bool

  /// For people: "SealedSecret prod/db", fit for a terminal.
  public var label: String {
    namespace.isEmpty
      ? "SealedSecret \(shown(name))" : "SealedSecret \(shown(namespace))/\(shown(name))"
  }

  private func shown(_ text: String) -> String { SealedSecretNames.shown(text) }

  /// The label of RSA-OAEP that its values are bound to.
  public var sealingLabel: [UInt8] { scope.label(namespace: namespace, name: name) }
}
