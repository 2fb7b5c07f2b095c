/// Seals and opens with AES-128, AES-192 or AES-256 in Galois/Counter Mode (NIST SP 800-38D) by
/// OpenSSL, as the key's length says; one for each worker.
///
/// For formats that leave the length open; what is made anew takes `AES256GCMCipher`.
public struct AESGCMCipher: ~Copyable, Sendable {
  private var short = AEADContext(OpenSSL.aes128GCM, keyByteCount: 16)
  private var middle = AEADContext(OpenSSL.aes192GCM, keyByteCount: 24)
  private var long = AEADContext(OpenSSL.aes256GCM, keyByteCount: 32)

  /// Prepares a cipher; its contexts are made at their first message.
  public init() {}

  /// Appends ciphertext and tag: 16 bytes more than the plaintext.
  ///
  /// - Throws: `.limitExceeded` for 2 GiB and more; `.libraryFailure`. Nothing is appended then.
  public mutating func seal(
    _ plaintext: Span<UInt8>, key: borrowing AESKey, nonce: AES256GCM.Nonce,
    authenticating data: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    let keyBytes = key.bytes
    try output.append(count: plaintext.count + AES256GCM.tagByteCount) {
      (room: inout MutableSpan<UInt8>) throws(CryptoError) in
      switch keyBytes.count {
      case 16:
        try short.seal(
          plaintext, key: keyBytes, nonce: nonce.bytes, authenticating: data, into: &room)
      case 24:
        try middle.seal(
          plaintext, key: keyBytes, nonce: nonce.bytes, authenticating: data, into: &room)
      default:
        try long.seal(
          plaintext, key: keyBytes, nonce: nonce.bytes, authenticating: data, into: &room)
      }
    }
  }

  /// Appends the plaintext of what `seal` made.
  ///
  /// - Throws: `.authenticationFailed`; `.invalidLength` when it is shorter than a tag;
  ///   `.limitExceeded`; `.libraryFailure`. Nothing is appended then.
  public mutating func open(
    _ sealed: Span<UInt8>, key: borrowing AESKey, nonce: AES256GCM.Nonce,
    authenticating data: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    guard sealed.count >= AES256GCM.tagByteCount else {
      throw CryptoError(.invalidLength, "opening")
    }
    let keyBytes = key.bytes
    try output.append(count: sealed.count - AES256GCM.tagByteCount) {
      (room: inout MutableSpan<UInt8>) throws(CryptoError) in
      switch keyBytes.count {
      case 16:
        try short.open(
          sealed, key: keyBytes, nonce: nonce.bytes, authenticating: data, into: &room)
      case 24:
        try middle.open(
          sealed, key: keyBytes, nonce: nonce.bytes, authenticating: data, into: &room)
      default:
        try long.open(
          sealed, key: keyBytes, nonce: nonce.bytes, authenticating: data, into: &room)
      }
    }
  }
}
