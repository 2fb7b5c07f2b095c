/// ChaCha20-Poly1305 (RFC 8439) with nonces of 96 and tags of 128 bits.
public enum ChaCha20Poly1305: KeyedAlgorithm {
  /// The length of a key, in bytes.
  public static let keyByteCount = 32
  /// The length of a tag, in bytes.
  public static let tagByteCount = 16
  /// The length of a nonce, in bytes.
  public static let nonceByteCount = 12

  /// A number used once with a key.
  public struct Nonce: Sendable, Hashable {
    private let value: FixedBytes<12>

    private init(value: FixedBytes<12>) { self.value = value }

    /// Zeros, for a key that is used for one message only.
    public init() { value = FixedBytes() }

    /// Copies 12 bytes.
    ///
    /// - Throws: `.invalidLength`.
    public init(copying bytes: Span<UInt8>) throws(CryptoError) {
      value = try FixedBytes(copying: bytes, "taking a nonce")
    }

    /// A random nonce.
    public static func random() -> Nonce { Nonce(value: .random()) }

    /// The 12 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { value.bytes }
    }
  }
}

/// Seals and opens with ChaCha20-Poly1305 by OpenSSL; one for each worker, for any number of keys.
public struct ChaCha20Poly1305Cipher: ~Copyable, Sendable {
  private var context = AEADContext(OpenSSL.chaCha20Poly1305)

  /// Prepares a cipher; its context is made at the first message.
  public init() throws(CryptoError) {}

  /// Appends ciphertext and tag: 16 bytes more than the plaintext.
  ///
  /// - Throws: `.limitExceeded` for 2 GiB and more; `.libraryFailure`. Nothing is appended then.
  public mutating func seal(
    _ plaintext: Span<UInt8>, key: borrowing SymmetricKey<ChaCha20Poly1305>,
    nonce: ChaCha20Poly1305.Nonce, authenticating data: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    let keyBytes = key.bytes
    try output.append(count: plaintext.count + ChaCha20Poly1305.tagByteCount) {
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
    _ sealed: Span<UInt8>, key: borrowing SymmetricKey<ChaCha20Poly1305>,
    nonce: ChaCha20Poly1305.Nonce, authenticating data: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    guard sealed.count >= ChaCha20Poly1305.tagByteCount else {
      throw CryptoError(.invalidLength, "opening")
    }
    let keyBytes = key.bytes
    try output.append(count: sealed.count - ChaCha20Poly1305.tagByteCount) {
      (room: inout MutableSpan<UInt8>) throws(CryptoError) in
      try context.open(
        sealed, key: keyBytes, nonce: nonce.bytes, authenticating: data, into: &room)
    }
  }

  /// Sets the key for the chunks that follow, to be sealed or opened.
  ///
  /// - Throws: `.libraryFailure`.
  public mutating func setKey(
    _ key: borrowing SymmetricKey<ChaCha20Poly1305>
  ) throws(CryptoError) {
    try context.setKey(key.bytes)
  }

  /// Seals under the key that was set, into exactly 16 bytes more than the plaintext.
  ///
  /// - Throws: `.invalidLength` when the output has another length; `.limitExceeded`;
  ///   `.libraryFailure`.
  public mutating func sealChunk(
    _ plaintext: Span<UInt8>, nonce: ChaCha20Poly1305.Nonce,
    into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    try context.seal(plaintext, nonce: nonce.bytes, authenticating: Span(), into: &output)
  }

  /// Opens under the key that was set, into exactly 16 bytes fewer than `sealed`.
  ///
  /// - Throws: `.authenticationFailed`; `.invalidLength` when the output has another length;
  ///   `.limitExceeded`; `.libraryFailure`. The output holds nothing of the plaintext then.
  public mutating func openChunk(
    _ sealed: Span<UInt8>, nonce: ChaCha20Poly1305.Nonce,
    into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    try context.open(sealed, nonce: nonce.bytes, authenticating: Span(), into: &output)
  }
}
