/// AES-256 in counter mode (NIST SP 800-38A), not authenticated: for formats that others made.
public enum AES256CTR: KeyedAlgorithm {
  /// The length of a key, in bytes.
  public static let keyByteCount = 32

  /// The first counter block: 16 bytes, counted up as one big-endian number.
  public struct InitialCounter: Sendable, Hashable {
    private let value: FixedBytes<16>

    /// Copies 16 bytes.
    ///
    /// - Throws: `.invalidLength`.
    public init(copying bytes: Span<UInt8>) throws(CryptoError) {
      value = try FixedBytes(copying: bytes, "taking a counter block")
    }

    /// The 16 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { value.bytes }
    }
  }

  private static let cipher = OpenSSL.Cipher("AES-256-CTR")

  /// Appends the encryption of the input, which is also its decryption.
  ///
  /// - Throws: `.limitExceeded` for 2 GiB and more; `.libraryFailure`. Nothing is appended then.
  public static func apply(
    to input: Span<UInt8>, key: borrowing SymmetricKey<AES256CTR>, counter: InitialCounter,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    try BlockCipher.run(
      cipher, .encrypt, input, key: key.bytes, initializationVector: counter.bytes,
      isPadded: false, appendingTo: &output)
  }
}
