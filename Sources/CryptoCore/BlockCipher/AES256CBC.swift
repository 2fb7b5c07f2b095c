/// AES-256 with cipher block chaining (NIST SP 800-38A), not authenticated: for formats that others
/// made.
public enum AES256CBC: KeyedAlgorithm {
  /// The length of a key, in bytes.
  public static let keyByteCount = 32

  /// The block before the first: 16 bytes that nobody can predict.
  public struct InitializationVector: Sendable, Hashable {
    private let value: FixedBytes<16>

    private init(value: FixedBytes<16>) { self.value = value }

    /// Copies 16 bytes.
    ///
    /// - Throws: `.invalidLength`.
    public init(copying bytes: Span<UInt8>) throws(CryptoError) {
      value = try FixedBytes(copying: bytes, "taking an initialization vector")
    }

    /// A random block.
    public static func random() -> InitializationVector {
      InitializationVector(value: .random())
    }

    /// The 16 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { value.bytes }
    }
  }

  /// How a message is made to end with a block.
  public enum Padding: Sendable {
    /// It does already.
    case none
    /// PKCS #7 (RFC 5652, section 6.3): 1 to 16 bytes, each their number.
    case pkcs7
  }

  private static let cipher = OpenSSL.Cipher("AES-256-CBC")

  /// Appends the encryption of a message.
  ///
  /// - Throws: `.invalidLength` when it should end with a block and does not; `.limitExceeded` for
  ///   2 GiB and more; `.libraryFailure`. Nothing is appended then.
  public static func encrypt(
    _ plaintext: Span<UInt8>, key: borrowing SymmetricKey<AES256CBC>,
    initializationVector: InitializationVector, padding: Padding,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    try BlockCipher.run(
      cipher, .encrypt, plaintext, key: key.bytes,
      initializationVector: initializationVector.bytes, isPadded: padding == .pkcs7,
      appendingTo: &output)
  }

  /// Appends the decryption of a message.
  ///
  /// To tell a stranger whether the padding was right is to decrypt for them: authenticate first.
  ///
  /// - Throws: `.invalidLength` when it does not end with a block; `.authenticationFailed` when the
  ///   padding is wrong; `.limitExceeded` for 2 GiB and more; `.libraryFailure`. Nothing is
  ///   appended then.
  public static func decrypt(
    _ ciphertext: Span<UInt8>, key: borrowing SymmetricKey<AES256CBC>,
    initializationVector: InitializationVector, padding: Padding,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    guard ciphertext.count.isMultiple(of: 16) else {
      throw CryptoError(.invalidLength, "ending a block cipher's message")
    }
    try BlockCipher.run(
      cipher, .decrypt, ciphertext, key: key.bytes,
      initializationVector: initializationVector.bytes, isPadded: padding == .pkcs7,
      appendingTo: &output)
  }
}
