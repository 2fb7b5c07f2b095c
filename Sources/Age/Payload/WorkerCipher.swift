internal import CryptoCore

/// The cipher of one worker, which keeps its failure until it is used.
struct WorkerCipher: ~Copyable {
  private var cipher: ChaCha20Poly1305Cipher?
  private var failure: CryptoError?

  init(_ key: PayloadKey) {
    do throws(CryptoError) { cipher = try key.makeCipher() } catch {
      cipher = nil
      failure = error
    }
  }

  /// Seals a chunk into exactly 16 bytes more.
  mutating func seal(
    _ plaintext: Span<UInt8>, _ index: Int, isLast: Bool, into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    if let failure { throw failure }
    let nonce = try Payload.chunkNonce(index, isLast: isLast)
    try cipher?.sealChunk(plaintext, nonce: nonce, into: &output)
  }

  /// Opens a chunk into exactly 16 bytes fewer.
  mutating func open(
    _ sealed: Span<UInt8>, _ index: Int, isLast: Bool, into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    if let failure { throw failure }
    let nonce = try Payload.chunkNonce(index, isLast: isLast)
    try cipher?.openChunk(sealed, nonce: nonce, into: &output)
  }
}
