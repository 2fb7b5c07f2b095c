internal import Manifest

/// The place of a value in a Secret: `data.tls.crt`, `stringData.password`; or in another object:
/// `spec.values.password`.
public struct EntryPath: Sendable, Equatable {
  /// The mapping it stands in; nil when it cannot be one of a Secret.
  let field: SecretField?
  /// Its key, which may have dots.
  let key: String

  /// Understands a text.
  ///
  /// - Throws: `.usage` when it is not one.
  public init(_ text: String) throws(WorkspaceError) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw Self.malformed }
    description = text
    field = SecretField(rawValue: String(parts[0]))
    key = String(parts[1])
  }

  static var malformed: WorkspaceError {
    WorkspaceError(
      .usage, "an entry of a Secret is written data.KEY or stringData.KEY",
      hints: ["for instance stringData.password, or data.tls.crt"])
  }

  /// The text.
  public let description: String
}
