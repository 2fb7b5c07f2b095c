public import CryptoCore

/// The recipient of the text `age1...` (c2sp.org/age, "The X25519 recipient type").
public struct X25519Recipient: Recipient, Hashable {
  /// The public key.
  public let publicKey: X25519.PublicKey
  /// The text `age1...`.
  public let text: String

  static let humanReadablePart = "age"
  static let stanzaType = "X25519"
  private static let info = Array("age-encryption.org/v1/X25519".utf8)

  /// A recipient with a public key.
  public init(publicKey: X25519.PublicKey) {
    self.publicKey = publicKey
    text = Bech32.publicText(publicKey.bytes, humanReadablePart: Self.humanReadablePart)
  }

  /// Reads the text `age1...`, which is lower case.
  ///
  /// - Throws: `.malformedRecipient`.
  public init(_ text: String) throws(AgeError) {
    let bytes = try Bech32.publicBytes(
      text, humanReadablePart: Self.humanReadablePart, count: X25519.keyByteCount)
    do { self.init(publicKey: try X25519.PublicKey(copying: bytes.span)) } catch {
      throw AgeError(error)
    }
  }

  public func wrap(
    _ fileKey: borrowing FileKey, in arena: SecretArena?
  ) throws(AgeError) -> WrappedFileKey {
    let wrapKey: SymmetricKey<ChaCha20Poly1305>
    let share: X25519.PublicKey
    do {
      let ephemeral = try X25519.PrivateKey.random(in: arena)
      share = ephemeral.publicKey
      let shared = try X25519.sharedSecret(private: ephemeral, public: publicKey, in: arena)
      wrapKey = try Self.wrapKey(shared, share: share, recipient: publicKey, in: arena)
    } catch {
      if error.code == .lowOrderPoint {
        throw AgeError(.malformedRecipient, "the recipient is a point of low order")
      }
      throw AgeError(error)
    }
    return WrappedFileKey([
      Stanza(
        checked: Self.stanzaType, [Base64.string(share.bytes, padding: false)],
        body: try wrapKey.seal(fileKey))
    ])
  }

  static func wrapKey(
    _ shared: borrowing SecretBytes, share: X25519.PublicKey, recipient: X25519.PublicKey,
    in arena: SecretArena?
  ) throws(CryptoError) -> SymmetricKey<ChaCha20Poly1305> {
    var salt = WipedBuffer(capacity: 2 * X25519.keyByteCount)
    salt.append(share.bytes)
    salt.append(recipient.bytes)
    return try HKDFSHA256.derive(
      secret: shared.bytes, salt: salt.bytes, info: info.span, as: ChaCha20Poly1305.self,
      in: arena)
  }
}
