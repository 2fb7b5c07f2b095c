/// Ed25519 signatures (RFC 8032), by libsodium.
public enum Ed25519 {
  /// The length of a private key's seed, in bytes.
  public static let seedByteCount = 32
  /// The length of a public key, in bytes.
  public static let publicKeyByteCount = 32
  /// The length of a signature, in bytes.
  public static let signatureByteCount = 64

  /// A signature.
  public struct Signature: Sendable, Hashable {
    var value: FixedBytes<64>

    init() { value = FixedBytes() }

    /// Copies 64 bytes.
    ///
    /// - Throws: `.invalidLength`.
    public init(copying bytes: Span<UInt8>) throws(CryptoError) {
      value = try FixedBytes(copying: bytes, "taking a signature")
    }

    /// The 64 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { value.bytes }
    }
  }
}
