/// AES with cipher block chaining (NIST SP 800-38A) and PKCS #7 padding, under keys of 16, 24 or 32
/// bytes, not authenticated: for formats that others made.
public enum AESCBC {
  /// The length of a block, in bytes.
  public static let blockByteCount = 16

  private static let short = OpenSSL.Cipher("AES-128-CBC")
  private static let middle = OpenSSL.Cipher("AES-192-CBC")
  private static let long = OpenSSL.Cipher("AES-256-CBC")

  private static func cipher(_ keyByteCount: Int) -> OpenSSL.Cipher {
    switch keyByteCount {
    case 16: short
    case 24: middle
    default: long
    }
  }

  /// Appends the encryption of a message: up to 16 bytes more.
  ///
  /// - Throws: `.limitExceeded` for 2 GiB and more; `.libraryFailure`. Nothing is appended then.
  public static func encrypt(
    _ plaintext: Span<UInt8>, key: borrowing AESKey,
    initializationVector: AES256CBC.InitializationVector, appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    let keyBytes = key.bytes
    try BlockCipher.run(
      cipher(keyBytes.count), .encrypt, plaintext, key: keyBytes,
      initializationVector: initializationVector.bytes, isPadded: true, appendingTo: &output)
  }

  /// Appends the decryption of a message; the padding is looked at in constant time.
  ///
  /// To tell a stranger whether the padding was right is to decrypt for them all the same.
  ///
  /// - Throws: `.invalidLength` when it is no blocks; `.authenticationFailed` when the padding is
  ///   wrong; `.limitExceeded` for 2 GiB and more; `.libraryFailure`. Nothing is appended then.
  public static func decrypt(
    _ ciphertext: Span<UInt8>, key: borrowing AESKey,
    initializationVector: AES256CBC.InitializationVector, appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    guard ciphertext.count > 0, ciphertext.count.isMultiple(of: blockByteCount) else {
      throw CryptoError(.invalidLength, "ending a block cipher's message")
    }
    let start = output.count
    let keyBytes = key.bytes
    try BlockCipher.run(
      cipher(keyBytes.count), .decrypt, ciphertext, key: keyBytes,
      initializationVector: initializationVector.bytes, isPadded: false, appendingTo: &output)
    let end = output.count
    guard let padding = lastPadding(of: output, from: start) else {
      output.truncate(to: start)
      throw CryptoError(.authenticationFailed, "ending a block cipher's message")
    }
    output.truncate(to: end - padding)
  }

  private static func lastPadding(of output: borrowing WipedBuffer, from start: Int) -> Int? {
    let bytes = output.bytes
    return PKCS7.paddingByteCount(of: bytes.extracting(max(start, bytes.count - 16)...))
  }
}

/// PKCS #7 padding (RFC 5652, section 6.3).
enum PKCS7 {
  /// How many of a last block's 16 bytes are padding; nil when they are not as they have to be.
  ///
  /// Every byte is looked at, whatever the others are: time tells nothing but the answer.
  static func paddingByteCount(of block: Span<UInt8>) -> Int? {
    guard block.count == 16 else { return nil }
    let padding = UInt32(block[15])
    // Bit 31 of a difference tells which of two small numbers is the greater.
    var wrong = (padding &- 1) >> 31 | (16 &- padding) >> 31
    for index in 0..<16 {
      let placeFromEnd = UInt32(16 - index)
      let isPadding = (placeFromEnd &- padding &- 1) >> 31
      wrong |= (0 &- isPadding) & (UInt32(block[index]) ^ padding)
    }
    return wrong == 0 ? Int(padding) : nil
  }
}
