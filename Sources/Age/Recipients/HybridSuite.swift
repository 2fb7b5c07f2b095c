internal import Crypto
internal import CryptoCore
internal import FoundationEssentials  // swift-crypto speaks Data

/// The HPKE (RFC 9180) of the hybrid recipient type, by swift-crypto.
///
/// KEM MLKEM768-X25519, that is X-Wing (draft-connolly-cfrg-xwing-kem); HKDF-SHA256;
/// ChaCha20Poly1305.
enum HybridSuite {
  static let publicKeyByteCount = 1216
  static let seedByteCount = 32
  static let encapsulatedByteCount = 1120

  private static let suite = HPKE.Ciphersuite(
    kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)
  private static let info = Data("age-encryption.org/mlkem768x25519".utf8)

  /// A private key, in swift-crypto's memory.
  struct PrivateKey: Sendable {
    fileprivate let key: XWingMLKEM768X25519.PrivateKey

    /// Expands a seed.
    init(seed: borrowing SecretBytes) throws(AgeError) {
      var copy = [UInt8](copying: seed.bytes)
      defer { copy.wipe() }
      do { key = try .init(seedRepresentation: copy, publicKey: nil) } catch {
        throw failure
      }
    }

    var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }
  }

  /// Whether bytes are a public key.
  static func isPublicKey(_ bytes: [UInt8]) -> Bool {
    // Only using the key tells whether its numbers are in range.
    (try? XWingMLKEM768X25519.PublicKey(rawRepresentation: bytes).encapsulate()) != nil
  }

  static func seal(
    _ fileKey: borrowing FileKey, to publicKey: [UInt8]
  ) throws(AgeError) -> (encapsulated: [UInt8], body: [UInt8]) {
    var message = [UInt8](copying: fileKey.bytes)
    defer { message.wipe() }
    do {
      let key = try XWingMLKEM768X25519.PublicKey(rawRepresentation: publicKey)
      var sender = try HPKE.Sender(recipientKey: key, ciphersuite: suite, info: info)
      let body = try sender.seal(message)
      return (Array(sender.encapsulatedKey), Array(body))
    } catch { throw failure }
  }

  /// The file key, or nil when it is sealed to another key.
  static func open(
    _ body: [UInt8], encapsulated: [UInt8], with privateKey: PrivateKey, in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    var recipient: HPKE.Recipient
    do {
      recipient = try HPKE.Recipient(
        privateKey: privateKey.key, ciphersuite: suite, info: info,
        encapsulatedKey: Data(encapsulated))
    } catch { throw AgeError(.malformedHeader, "a post-quantum share is not valid") }
    // Its errors do not tell a wrong tag from anything else.
    guard var plaintext = try? recipient.open(body) else { return nil }
    var message = Array(plaintext)
    plaintext.resetBytes(in: plaintext.startIndex..<plaintext.endIndex)
    defer { message.wipe() }
    do { return try FileKey(copying: message.span, in: arena) } catch { throw AgeError(error) }
  }

  private static var failure: AgeError {
    AgeError(.cryptoFailure, "post-quantum encryption failed inside its library")
  }
}

extension [UInt8] {
  /// Overwrites the bytes, which nothing else refers to.
  fileprivate mutating func wipe() {
    var span = mutableSpan
    span.update(repeating: 0)
  }
}
