public import CryptoCore

/// A passphrase that a file is encrypted with (c2sp.org/age, "The scrypt recipient type").
public final class ScryptRecipient: Recipient {
  private let passphrase: SecretBytes
  private let workFactor: Int

  static let stanzaType = "scrypt"
  static let saltByteCount = 16

  /// The work factor that files are made with unless told otherwise: about a second.
  public static let defaultWorkFactor = 18

  /// A passphrase, which must be the only recipient.
  ///
  /// - Parameter workFactor: The binary logarithm of scrypt's N, 1...22; memory is 1 KiB times N.
  /// - Throws: `.excessiveWork` when the work factor is out of range; `.malformedRecipient` for an
  ///   empty passphrase.
  public init(
    passphrase: consuming SecretBytes, workFactor: Int = defaultWorkFactor
  ) throws(AgeError) {
    guard (1...ScryptIdentity.workFactorLimit).contains(workFactor) else {
      throw AgeError(
        .excessiveWork,
        "the passphrase's work factor is not within 1 and \(ScryptIdentity.workFactorLimit)")
    }
    guard passphrase.count > 0 else {
      throw AgeError(.malformedRecipient, "the passphrase is empty")
    }
    self.passphrase = passphrase
    self.workFactor = workFactor
  }

  public func wrap(
    _ fileKey: borrowing FileKey, in arena: SecretArena?
  ) throws(AgeError) -> WrappedFileKey {
    let salt = RandomBytes.array(count: Self.saltByteCount)
    let wrapKey = try Self.wrapKey(passphrase, salt: salt, workFactor, in: arena)
    let stanza = Stanza(
      checked: Self.stanzaType, [Base64.string(salt.span, padding: false), "\(workFactor)"],
      body: try wrapKey.seal(fileKey))
    // A label that nobody else has: the passphrase must be alone.
    let label = RandomBytes.array(count: 16)
    return WrappedFileKey([stanza], labels: ["scrypt-" + Base64.string(label.span)])
  }

  private static let saltLabel = Array("age-encryption.org/v1/scrypt".utf8)

  static func wrapKey(
    _ passphrase: borrowing SecretBytes, salt: [UInt8], _ workFactor: Int, in arena: SecretArena?
  ) throws(AgeError) -> SymmetricKey<ChaCha20Poly1305> {
    do {
      let salt = saltLabel + salt
      return try Scrypt.derive(
        passphrase: passphrase.bytes, salt: salt.span, logN: workFactor,
        as: ChaCha20Poly1305.self, in: arena)
    } catch {
      if error.code == .outOfMemory {
        throw AgeError(.cryptoFailure, "there is not enough memory for the work factor")
      }
      throw AgeError(error)
    }
  }
}
