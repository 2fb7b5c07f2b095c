/// An AES key of 16, 24 or 32 bytes, in locked memory: for formats that leave the length open.
///
/// What is made anew takes a `SymmetricKey` of 32 bytes.
public struct AESKey: ~Copyable, Sendable {
  /// The lengths that AES takes, in bytes (FIPS 197).
  public static let byteCounts = [16, 24, 32]

  private let secret: SecretBytes

  /// Takes secret bytes over.
  ///
  /// - Throws: `.invalidLength` unless there are 16, 24 or 32.
  public init(_ secret: consuming SecretBytes) throws(CryptoError) {
    guard Self.byteCounts.contains(secret.count) else {
      throw CryptoError(.invalidLength, "taking a key")
    }
    self.secret = secret
  }

  /// Copies a key; the caller wipes its own copy.
  ///
  /// - Throws: `.invalidLength` unless there are 16, 24 or 32 bytes; `.outOfMemory`.
  public init(copying bytes: Span<UInt8>, in arena: SecretArena? = nil) throws(CryptoError) {
    try self.init(SecretBytes(copying: bytes, in: arena))
  }

  /// The key's bytes, borrowed.
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { secret.bytes }
  }
}
