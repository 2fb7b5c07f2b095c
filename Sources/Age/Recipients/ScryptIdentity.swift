public import CryptoCore

/// A passphrase that opens files.
public final class ScryptIdentity: Identity {
  private let passphrase: SecretBytes
  private let maximumWorkFactor: Int

  /// The highest work factor that files are opened with unless told otherwise: 4 GiB of memory,
  /// some 15 seconds.
  public static let defaultMaximumWorkFactor = 22

  /// No work factor above this one is handled at all.
  public static let workFactorLimit = 22

  /// A passphrase.
  ///
  /// - Parameter maximumWorkFactor: The highest work factor (the binary logarithm of scrypt's N) of
  ///   a file that is worth trying; who sent the file chose it.
  public init(
    passphrase: consuming SecretBytes, maximumWorkFactor: Int = defaultMaximumWorkFactor
  ) {
    self.passphrase = passphrase
    self.maximumWorkFactor = min(maximumWorkFactor, Self.workFactorLimit)
  }

  public func unwrap(
    _ stanzas: [Stanza], in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    for stanza in stanzas where stanza.type == ScryptRecipient.stanzaType {
      guard stanzas.count == 1 else {
        throw AgeError(.malformedHeader, "the header has a passphrase beside other recipients")
      }
      return try unwrap(stanza, in: arena)
    }
    return nil
  }

  private func unwrap(
    _ stanza: Stanza, in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    guard stanza.arguments.count == 2 else {
      throw AgeError(.malformedHeader, "an scrypt stanza does not have three arguments")
    }
    let salt = try Base64Argument.decode(
      stanza.arguments[0], count: ScryptRecipient.saltByteCount, "an scrypt salt")
    try stanza.checkBody()
    let workFactor = try workFactor(stanza.arguments[1])
    let wrapKey = try ScryptRecipient.wrapKey(passphrase, salt: salt, workFactor, in: arena)
    return try wrapKey.open(stanza.body, in: arena)
  }

  private func workFactor(_ text: String) throws(AgeError) -> Int {
    guard let first = text.utf8.first, first != UInt8(ascii: "0"),
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else {
      throw AgeError(.malformedHeader, "an scrypt work factor is not a decimal number")
    }
    guard let number = Int(text), number <= maximumWorkFactor else {
      throw AgeError(
        .excessiveWork,
        "the passphrase's work factor is above \(maximumWorkFactor), the most that is tried")
    }
    return number
  }
}
