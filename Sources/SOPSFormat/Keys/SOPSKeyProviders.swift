public import CryptoCore

/// Opens encrypted data keys with one secret or through one service.
public protocol SOPSKeyUnwrapper: Sendable {
  /// The kinds of entries it tries.
  var backends: [SOPSBackend] { get }

  /// The data key or share of an entry, or nil when the entry is for somebody else.
  ///
  /// - Parameter arena: Where secrets go for the time of the call, if there is one.
  /// - Throws: When the entry is meant for this secret and does not open.
  func unwrap(_ entry: SOPSKeyEntry, in arena: SecretArena?) throws(SOPSError) -> SecretBytes?
}

/// Encrypts data keys for one recipient.
public protocol SOPSKeyWrapper: Sendable {
  /// The kind of entry it makes.
  var backend: SOPSBackend { get }
  /// Whom it is for, as `SOPSKeyEntry.recipient` has it.
  var recipient: String { get }

  /// An entry with a data key or share.
  ///
  /// - Parameters:
  ///   - key: The key, 32 bytes, or the share, 33 bytes.
  ///   - date: What an entry that has a date is to carry.
  ///   - arena: Where secrets go for the time of the call, if there is one.
  /// - Throws: `.wrapFailed`.
  func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry

  /// The entry with a data key or share that was encrypted already, as the backend writes it.
  ///
  /// - Parameter date: What an entry that has a date is to carry.
  func entry(holding encryptedKey: String, date: Timestamp) -> SOPSKeyEntry
}
