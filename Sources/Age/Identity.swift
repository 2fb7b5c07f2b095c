public import CryptoCore

/// What opens files: the counterpart of one or more recipients.
public protocol Identity: Sendable {
  /// The file key, or nil when no stanza is for this identity.
  ///
  /// - Parameters:
  ///   - stanzas: All stanzas of the header.
  ///   - arena: Where keys go, if there is one.
  /// - Throws: `.malformedHeader` for a stanza of this identity's type that is not well formed.
  func unwrap(
    _ stanzas: [Stanza], in arena: SecretArena?
  ) throws(AgeError) -> FileKey?
}
