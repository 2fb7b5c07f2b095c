internal import CryptoCore

/// How the payload of a file is encrypted (c2sp.org/age, "Payload").
enum Payload {
  /// The bytes of a chunk's plaintext; only the last one may have fewer.
  static let chunkByteCount = 65_536
  /// The bytes of a full chunk as sealed.
  static let sealedChunkByteCount = chunkByteCount + ChaCha20Poly1305.tagByteCount
  /// The bytes of the nonce before the first chunk.
  static let nonceByteCount = 16

  private static let info = Array("payload".utf8)

  static func key(
    _ fileKey: borrowing FileKey, nonce: Span<UInt8>, in arena: SecretArena?
  ) throws(AgeError) -> SymmetricKey<ChaCha20Poly1305> {
    do {
      return try HKDFSHA256.derive(
        secret: fileKey.bytes, salt: nonce, info: info.span, as: ChaCha20Poly1305.self, in: arena)
    } catch { throw AgeError(error) }
  }

  /// The nonce of a chunk: 11 bytes of counter, and whether it is the last one.
  static func chunkNonce(_ index: Int, isLast: Bool) throws(CryptoError) -> ChaCha20Poly1305.Nonce {
    var bytes = InlineArray<12, UInt8>(repeating: 0)
    for place in 0..<8 { bytes[10 - place] = UInt8(truncatingIfNeeded: index >> (8 * place)) }
    bytes[11] = isLast ? 1 : 0
    return try ChaCha20Poly1305.Nonce(copying: bytes.span)
  }

  /// How many chunks so many bytes of plaintext make: at least one.
  static func chunkCount(plaintext count: Int) -> Int {
    max(1, count / chunkByteCount + (count % chunkByteCount == 0 ? 0 : 1))
  }

  /// How many bytes so many bytes of plaintext make, all tags included.
  static func sealedByteCount(plaintext count: Int) -> Int {
    count + chunkCount(plaintext: count) * ChaCha20Poly1305.tagByteCount
  }

  static let tampered = AgeError(
    .malformedPayload, "a part of the file does not open: it was altered or cut short")
  static let truncated = AgeError(.malformedPayload, "the file is cut short")
  static let trailing = AgeError(.malformedPayload, "there is more behind the end of the file")
  static let emptyLast = AgeError(
    .malformedPayload, "the last chunk is empty though it is not the only one")
}
