public import Manifest

/// The place of a value in a Secret: `data.tls.crt`, `stringData.password`.
public struct EntryPath: Sendable, Equatable {
  /// The mapping it stands in.
  public let field: SecretField
  /// Its key, which may have dots.
  public let key: String

  /// Understands a text.
  ///
  /// - Throws: `.usage` when it is not one.
  public init(_ text: String) throws(WorkspaceError) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let field = SecretField(rawValue: String(parts[0])), !parts[1].isEmpty
    else {
      throw WorkspaceError(
        .usage, "an entry is written data.KEY or stringData.KEY",
        hints: ["for instance stringData.password, or data.tls.crt"])
    }
    self.field = field
    key = String(parts[1])
  }

  /// The text.
  public var description: String { "\(field.rawValue).\(key)" }
}
