/// An algorithm that takes a key of one fixed length.
public protocol KeyedAlgorithm: Sendable {
  /// The length of a key, in bytes.
  static var keyByteCount: Int { get }
}

/// A secret key for one algorithm, in locked memory; a key of one cannot be given to another.
public struct SymmetricKey<Algorithm: KeyedAlgorithm>: ~Copyable, Sendable {
  private let secret: SecretBytes

  /// Takes secret bytes over.
  ///
  /// - Throws: `.invalidLength` unless there are exactly `Algorithm.keyByteCount`.
  public init(_ secret: consuming SecretBytes) throws(CryptoError) {
    guard secret.count == Algorithm.keyByteCount else {
      throw CryptoError(.invalidLength, "taking a key")
    }
    self.secret = secret
  }

  /// Copies a key; the caller wipes its own copy.
  ///
  /// - Throws: `.invalidLength` unless there are exactly `Algorithm.keyByteCount` bytes;
  ///   `.outOfMemory`.
  public init(copying bytes: Span<UInt8>, in arena: SecretArena? = nil) throws(CryptoError) {
    try self.init(SecretBytes(copying: bytes, in: arena))
  }

  /// A new random key.
  ///
  /// - Throws: `.outOfMemory`.
  public static func random(in arena: SecretArena? = nil) throws(CryptoError) -> Self {
    try Self(SecretBytes.random(count: Algorithm.keyByteCount, in: arena))
  }

  /// The key's bytes, borrowed.
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { secret.bytes }
  }

  /// Whether both are the same key, in constant time.
  public func isEqual(to other: borrowing SymmetricKey<Algorithm>) -> Bool {
    secret.isEqual(to: other.secret)
  }
}
