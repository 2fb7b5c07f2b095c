internal import CSodium

/// XSalsa20-Poly1305 as NaCl's `crypto_secretbox`, by libsodium: the tag of 16 bytes comes first.
public enum SecretBox: KeyedAlgorithm {
  /// The length of a key, in bytes.
  public static let keyByteCount = 32
  /// The length of a tag, in bytes.
  public static let tagByteCount = 16
  /// The length of a nonce, in bytes.
  public static let nonceByteCount = 24

  /// A number used once with a key; random ones do not collide.
  public struct Nonce: Sendable, Hashable {
    private let value: FixedBytes<24>

    private init(value: FixedBytes<24>) { self.value = value }

    /// Copies 24 bytes.
    ///
    /// - Throws: `.invalidLength`.
    public init(copying bytes: Span<UInt8>) throws(CryptoError) {
      value = try FixedBytes(copying: bytes, "taking a nonce")
    }

    /// A random nonce.
    public static func random() -> Nonce { Nonce(value: .random()) }

    /// A random nonce from a worker's pool.
    public static func random(from pool: inout RandomPool) -> Nonce {
      Nonce(value: .random(from: &pool))
    }

    /// The 24 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { value.bytes }
    }
  }

  /// Appends tag and ciphertext: 16 bytes more than the plaintext.
  ///
  /// - Throws: `.libraryFailure`. Nothing is appended then.
  public static func seal(
    _ plaintext: Span<UInt8>, key: borrowing SymmetricKey<SecretBox>, nonce: Nonce,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    let keyBytes = key.bytes
    try output.append(count: plaintext.count + tagByteCount) {
      (room: inout MutableSpan<UInt8>) throws(CryptoError) in
      let result = unsafe room.withPointer { box in
        unsafe plaintext.withPointer { input in
          unsafe nonce.bytes.withPointer { nonce in
            unsafe keyBytes.withPointer { key in
              unsafe crypto_secretbox_easy(box, input, UInt64(plaintext.count), nonce, key)
            }
          }
        }
      }
      guard Sodium.isReady, result == 0 else { throw CryptoError(.libraryFailure, "sealing") }
    }
  }

  /// Appends the plaintext of what `seal` made.
  ///
  /// - Throws: `.authenticationFailed`; `.invalidLength` when it is shorter than a tag. Nothing is
  ///   appended then.
  public static func open(
    _ sealed: Span<UInt8>, key: borrowing SymmetricKey<SecretBox>, nonce: Nonce,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    guard sealed.count >= tagByteCount else { throw CryptoError(.invalidLength, "opening") }
    let keyBytes = key.bytes
    try output.append(count: sealed.count - tagByteCount) {
      (room: inout MutableSpan<UInt8>) throws(CryptoError) in
      let result = unsafe room.withPointer { plaintext in
        unsafe sealed.withPointer { box in
          unsafe nonce.bytes.withPointer { nonce in
            unsafe keyBytes.withPointer { key in
              unsafe crypto_secretbox_open_easy(plaintext, box, UInt64(sealed.count), nonce, key)
            }
          }
        }
      }
      guard result == 0 else { throw CryptoError(.authenticationFailed, "opening") }
    }
  }
}
