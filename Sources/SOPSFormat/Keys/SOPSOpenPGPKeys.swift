public import CryptoCore

/// What holds OpenPGP keys, for instance GnuPG; the caller brings it, since this layer starts no
/// process.
public protocol OpenPGPAgent: Sendable {
  /// The plaintext of an armored message, or nil when there is no secret key for it.
  ///
  /// - Throws: When the key is there and the message does not open; the text is shown to people.
  func decrypt(_ message: [UInt8], in arena: SecretArena?) throws(OpenPGPFailure) -> SecretBytes?

  /// An armored message for one key.
  ///
  /// - Parameter fingerprint: The key, by its fingerprint in hexadecimal digits.
  /// - Throws: When there is no such key or it cannot encrypt.
  func encrypt(
    _ plaintext: Span<UInt8>, for fingerprint: String
  ) throws(OpenPGPFailure) -> [UInt8]
}

/// Why an OpenPGP agent did not do what it should: for people, lower case, no full stop, no secret.
public struct OpenPGPFailure: Error, Sendable {
  /// What went wrong.
  public let message: String

  /// Makes an error.
  public init(_ message: String) { self.message = message }
}

/// Opens entries of OpenPGP through an agent.
public struct SOPSOpenPGPUnwrapper: SOPSKeyUnwrapper {
  private let agent: any OpenPGPAgent

  /// Makes an unwrapper.
  public init(_ agent: any OpenPGPAgent) { self.agent = agent }

  /// Only OpenPGP.
  public var backends: [SOPSBackend] { [.openPGP] }

  /// The key of an entry that the agent opens.
  public func unwrap(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes? {
    guard entry.backend == .openPGP else { return nil }
    do { return try agent.decrypt(Array(entry.encryptedKey.utf8), in: arena) } catch {
      throw SOPSError(
        .noIdentity,
        "the data key for \(entry.label) does not open: \(Printable.text(error.message))")
    }
  }
}

/// Makes entries for one OpenPGP key through an agent.
public struct SOPSOpenPGPWrapper: SOPSKeyWrapper {
  private let agent: any OpenPGPAgent
  /// The key's fingerprint.
  public let recipient: String

  /// Makes a wrapper for a key by its fingerprint; spaces in it do not count.
  public init(_ fingerprint: String, agent: any OpenPGPAgent) {
    recipient = fingerprint.filter { $0 != " " }
    self.agent = agent
  }

  /// Always OpenPGP.
  public var backend: SOPSBackend { .openPGP }

  /// An entry with an armored message.
  public func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry {
    let message: [UInt8]
    do { message = try agent.encrypt(key, for: recipient) } catch {
      throw SOPSError(
        .wrapFailed,
        "cannot encrypt for the OpenPGP key \(Printable.text(recipient)): "
          + Printable.text(error.message))
    }
    return entry(holding: String(decoding: message, as: UTF8.self), date: date)
  }

  /// An entry with an armored message, without the line breaks behind it.
  public func entry(holding encryptedKey: String, date: Timestamp) -> SOPSKeyEntry {
    var message = encryptedKey
    while message.last?.isNewline == true { message.removeLast() }
    return SOPSKeyEntry(
      .openPGP,
      fields: [
        MetadataField("created_at", .text(date.text(withFraction: false))),
        MetadataField("enc", .text(message)), MetadataField("fp", .text(recipient)),
      ])
  }
}
