internal import CSodium

/// Diffie-Hellman on Curve25519 (RFC 7748).
public enum X25519 {
  /// The length of keys and shared secrets, in bytes.
  public static let keyByteCount = 32

  /// A public key: any 32 bytes are one.
  public struct PublicKey: Sendable, Hashable {
    var value: FixedBytes<32>

    init() { value = FixedBytes() }

    /// Copies 32 bytes.
    ///
    /// - Throws: `.invalidLength`.
    public init(copying bytes: Span<UInt8>) throws(CryptoError) {
      value = try FixedBytes(copying: bytes, "taking a public key")
    }

    /// The 32 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { value.bytes }
    }
  }

  /// A private key in locked memory, with its public key.
  public struct PrivateKey: ~Copyable, Sendable {
    private let secret: SecretBytes

    /// The public key.
    public let publicKey: PublicKey

    private init(_ secret: consuming SecretBytes) {
      var publicKey = PublicKey()
      unsafe secret.bytes.withPointer { scalar in
        _ = unsafe publicKey.value.withMutablePointer { unsafe crypto_scalarmult_base($0, scalar) }
      }
      self.publicKey = publicKey
      self.secret = secret
    }

    /// Copies 32 bytes, any of which are a key; the caller wipes its own copy.
    ///
    /// - Throws: `.invalidLength`; `.outOfMemory`.
    public init(copying bytes: Span<UInt8>, in arena: SecretArena? = nil) throws(CryptoError) {
      guard bytes.count == keyByteCount else {
        throw CryptoError(.invalidLength, "taking a private key")
      }
      self.init(try SecretBytes(copying: bytes, in: arena))
    }

    /// A new random key.
    ///
    /// - Throws: `.outOfMemory`.
    public static func random(in arena: SecretArena? = nil) throws(CryptoError) -> PrivateKey {
      PrivateKey(try SecretBytes.random(count: keyByteCount, in: arena))
    }

    /// The 32 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { secret.bytes }
    }
  }

  /// The secret that both sides compute: 32 bytes, to be hashed with the public keys.
  ///
  /// - Throws: `.lowOrderPoint` when it is all zeros, as the peer could force it to be (RFC 7748,
  ///   section 6.1); `.outOfMemory`.
  public static func sharedSecret(
    private privateKey: borrowing PrivateKey, public publicKey: PublicKey,
    in arena: SecretArena? = nil
  ) throws(CryptoError) -> SecretBytes {
    try agree(privateKey, publicKey.bytes, arena)
  }

  /// The same for a point that is itself secret, being the outcome of another agreement.
  ///
  /// - Throws: `.invalidLength` when it is not of 32 bytes; `.lowOrderPoint`; `.outOfMemory`.
  public static func sharedSecret(
    private privateKey: borrowing PrivateKey, secretPoint: borrowing SecretBytes,
    in arena: SecretArena? = nil
  ) throws(CryptoError) -> SecretBytes {
    guard secretPoint.count == keyByteCount else {
      throw CryptoError(.invalidLength, "agreeing on a key")
    }
    return try agree(privateKey, secretPoint.bytes, arena)
  }

  /// Expects a point of 32 bytes.
  private static func agree(
    _ privateKey: borrowing PrivateKey, _ point: Span<UInt8>, _ arena: SecretArena?
  ) throws(CryptoError) -> SecretBytes {
    var shared = try SecretBytes(zeroed: keyByteCount, in: arena)
    var span = shared.mutableBytes
    let result = unsafe span.withPointer { output in
      unsafe privateKey.bytes.withPointer { scalar in
        unsafe point.withPointer { unsafe crypto_scalarmult(output, scalar, $0) }
      }
    }
    guard result == 0 else { throw CryptoError(.lowOrderPoint, "agreeing on a key") }
    return shared
  }
}
