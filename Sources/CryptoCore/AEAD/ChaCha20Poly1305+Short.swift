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
    let keyBytes = key.bytes
    let result = unsafe output.withPointer { output in
      unsafe plaintext.withPointer { input in
        unsafe nonce.bytes.withPointer { nonce in
          unsafe keyBytes.withPointer { key in
            unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
              output, nil, input, UInt64(plaintext.count), nil, 0, nil, nonce, key)
          }
        }
      }
    }
    guard Sodium.isReady, result == 0 else { throw CryptoError(.libraryFailure, "sealing") }
  }

  /// Opens what `seal` made, into exactly 16 bytes fewer, which are zeros when this throws.
  ///
  /// - Throws: `.authenticationFailed`; `.invalidLength` when the output has another length.
  public static func open(
    _ sealed: Span<UInt8>, key: borrowing SymmetricKey<ChaCha20Poly1305>, nonce: Nonce,
    into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    guard sealed.count - tagByteCount == output.count else {
      throw CryptoError(.invalidLength, "opening")
    }
    let keyBytes = key.bytes
    let result = unsafe output.withPointer { output in
      unsafe sealed.withPointer { input in
        unsafe nonce.bytes.withPointer { nonce in
          unsafe keyBytes.withPointer { key in
            unsafe crypto_aead_chacha20poly1305_ietf_decrypt(
              output, nil, nil, input, UInt64(sealed.count), nil, 0, nonce, key)
          }
        }
      }
    }
    guard Sodium.isReady, result == 0 else { throw CryptoError(.authenticationFailed, "opening") }
  }
}
