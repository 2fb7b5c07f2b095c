/// AES-256 in Galois/Counter Mode (NIST SP 800-38D) with nonces of 256 and tags of 128 bits, as SOPS
/// has it.
///
/// GCM hashes a nonce that is not 96 bits long into its first counter block, so a long random one
/// gives no more room than the block: random ones serve for at most 2^32 messages of a key.
public enum AES256GCMLongNonce: KeyedAlgorithm {
  /// The length of a key, in bytes.
  public static let keyByteCount = 32
  /// The length of a tag, in bytes.
  public static let tagByteCount = 16
  /// The length of a nonce, in bytes.
  public static let nonceByteCount = 32

  /// A number used once with a key.
  public struct Nonce: Sendable, Hashable {
    private let value: FixedBytes<32>

    private init(value: FixedBytes<32>) { self.value = value }

    /// Copies 32 bytes.
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

    /// The 32 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { value.bytes }
    }
  }
}

/// Seals and opens with AES-256-GCM and long nonces by OpenSSL; one for each worker, for any number
/// of keys.
public struct AES256GCMLongNonceCipher: ~Copyable, Sendable {
  private var context = AEADContext(
    OpenSSL.aes256GCM, nonceByteCount: AES256GCMLongNonce.nonceByteCount)

  /// Prepares a cipher; its context is made at the first message.
  public init() {}

  /// Appends ciphertext and tag: 16 bytes more than the plaintext.
  ///
  /// - Throws: `.limitExceeded` for 2 GiB and more; `.libraryFailure`. Nothing is appended then.
  public mutating func seal(
    _ plaintext: Span<UInt8>, key: borrowing SymmetricKey<AES256GCMLongNonce>,
    nonce: AES256GCMLongNonce.Nonce, authenticating data: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    let keyBytes = key.bytes
    try output.append(count: plaintext.count + AES256GCMLongNonce.tagByteCount) {
      (room: inout MutableSpan<UInt8>) throws(CryptoError) in
      try context.seal(
        plaintext, key: keyBytes, nonce: nonce.bytes, authenticating: data, into: &room)
    }
  }

  /// Appends the plaintext of what `seal` made.
  ///
  /// - Throws: `.authenticationFailed`; `.invalidLength` when it is shorter than a tag;
  ///   `.limitExceeded`; `.libraryFailure`. Nothing is appended then.
  public mutating func open(
    _ sealed: Span<UInt8>, key: borrowing SymmetricKey<AES256GCMLongNonce>,
    nonce: AES256GCMLongNonce.Nonce, authenticating data: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    guard sealed.count >= AES256GCMLongNonce.tagByteCount else {
      throw CryptoError(.invalidLength, "opening")
    }
    let keyBytes = key.bytes
    try output.append(count: sealed.count - AES256GCMLongNonce.tagByteCount) {
      (room: inout MutableSpan<UInt8>) throws(CryptoError) in
      try context.open(
        sealed, key: keyBytes, nonce: nonce.bytes, authenticating: data, into: &room)
    }
  }
}
