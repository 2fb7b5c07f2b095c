internal import CSodium

extension ChaCha20Poly1305 {
  /// Seals one short message under a key of its own, into exactly 16 bytes more.
  ///
  /// By libsodium, which needs no context: making one takes longer than the message.
  ///
  /// - Throws: `.invalidLength` when the output has another length; `.libraryFailure`.
  public static func seal(
    _ plaintext: Span<UInt8>, key: borrowing SymmetricKey<ChaCha20Poly1305>, nonce: Nonce,
    into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    guard output.count - tagByteCount == plaintext.count else {
      throw CryptoError(.invalidLength, "sealing")
    }
    let count = UInt64(plaintext.count)
    let result = try unsafe lend(key, nonce, plaintext, &output) { key, nonce, input, output in
      unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
        output, nil, input, count, nil, 0, nil, nonce, key)
    }
    guard result == 0 else { throw CryptoError(.libraryFailure, "sealing") }
  }

  /// Opens what `seal` made, into exactly 16 bytes fewer, which are zeros when this throws.
  ///
  /// - Throws: `.authenticationFailed`; `.invalidLength` when the output has another length;
  ///   `.libraryFailure`.
  public static func open(
    _ sealed: Span<UInt8>, key: borrowing SymmetricKey<ChaCha20Poly1305>, nonce: Nonce,
    into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    guard sealed.count - tagByteCount == output.count else {
      throw CryptoError(.invalidLength, "opening")
    }
    let count = UInt64(sealed.count)
    let result = try unsafe lend(key, nonce, sealed, &output) { key, nonce, input, output in
      unsafe crypto_aead_chacha20poly1305_ietf_decrypt(
        output, nil, nil, input, count, nil, 0, nonce, key)
    }
    guard result == 0 else { throw CryptoError(.authenticationFailed, "opening") }
  }

  private typealias Call = (
    _ key: UnsafePointer<UInt8>, _ nonce: UnsafePointer<UInt8>, _ input: UnsafePointer<UInt8>,
    _ output: UnsafeMutablePointer<UInt8>
  ) -> Int32

  /// Calls libsodium, once that is ready.
  private static func lend(
    _ key: borrowing SymmetricKey<ChaCha20Poly1305>, _ nonce: Nonce, _ input: Span<UInt8>,
    _ output: inout MutableSpan<UInt8>, _ call: Call
  ) throws(CryptoError) -> Int32 {
    guard Sodium.isReady else { throw CryptoError(.libraryFailure, "starting libsodium") }
    let keyBytes = key.bytes
    return unsafe output.withPointer { output in
      unsafe input.withPointer { input in
        unsafe nonce.bytes.withPointer { nonce in
          unsafe keyBytes.withPointer { key in unsafe call(key, nonce, input, output) }
        }
      }
    }
  }
}
