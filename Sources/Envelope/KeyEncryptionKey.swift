internal import CryptoCore

/// A symmetric key-encryption key (KEK) with an algorithm of its own (docs/format.md, 5.1).
public final class KeyEncryptionKey: Sendable {
  /// The length of a KEK, in bytes.
  public static let byteCount = 32

  /// The algorithm that wraps data keys.
  public let cipher: CipherName
  /// The public id: the algorithm, `:`, and 16 hexadecimal digits.
  public let id: String
  private let storage: SecretBytes

  /// A new random KEK.
  ///
  /// - Throws: `.cryptoFailure` when no secret memory is to be had.
  public static func generate(_ cipher: CipherName) throws(EnvelopeError) -> KeyEncryptionKey {
    do {
      return try KeyEncryptionKey(
        cipher: cipher, storage: try SecretBytes.random(count: byteCount))
    } catch let error as EnvelopeError {
      throw error
    } catch let error as CryptoError {
      throw EnvelopeError(crypto: error)
    } catch { throw EnvelopeError(.cryptoFailure, "a cryptographic operation failed") }
  }

  /// Takes a KEK over from bytes, which the caller wipes.
  ///
  /// - Throws: `.malformedKey` when it is not 32 bytes.
  public convenience init(
    cipher: CipherName, copying bytes: Span<UInt8>
  ) throws(EnvelopeError) {
    guard bytes.count == Self.byteCount else {
      throw EnvelopeError(.malformedKey, "a key-encryption key is 32 bytes long")
    }
    let storage: SecretBytes
    do { storage = try SecretBytes(copying: bytes) } catch { throw EnvelopeError(crypto: error) }
    try self.init(cipher: cipher, storage: storage)
  }

  private init(cipher: CipherName, storage: consuming SecretBytes) throws(EnvelopeError) {
    let label = CanonicalBytes(label: "sealwax v1 kek id")
    var id = cipher.rawValue + ":"
    do {
      let prk = try HKDFSHA256.extract(secret: storage.bytes, salt: Span(), in: nil)
      let digest = try HKDFSHA256.expand(
        prk, info: label.bytes.span, as: HKDFSHA256.self, in: nil)
      for byte in [UInt8](copying: digest.bytes.extracting(..<8)) {
        let digits = String(byte, radix: 16)
        id += digits.utf8.count == 1 ? "0" + digits : digits
      }
    } catch { throw EnvelopeError(crypto: error) }
    self.cipher = cipher
    self.id = id
    self.storage = storage
  }

  /// Lends the key's bytes.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withBytes(body)
  }

  /// The key that wraps in this context.
  func wrapKey<Algorithm: KeyedAlgorithm>(
    _ info: CanonicalBytes, as algorithm: Algorithm.Type, in arena: SecretArena?
  ) throws(CryptoError) -> SymmetricKey<Algorithm> {
    try storage.withBytes { (secret) throws(CryptoError) in
      try HKDFSHA256.derive(
        secret: secret, salt: Span(), info: info.bytes.span, as: algorithm, in: arena)
    }
  }

  /// `wrap-info` of the format: what a wrapped key is bound to.
  func wrapInfo(_ context: UnitContext) -> CanonicalBytes {
    var info = CanonicalBytes(reserving: 192)
    info.append("sealwax v1 kek wrap")
    info.append(id)
    info.append(raw: context.encoding)
    return info
  }
}
