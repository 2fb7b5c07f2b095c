internal import CSodium

extension Ed25519 {
  /// A public key.
  public struct VerifyingKey: Sendable, Hashable {
    fileprivate var value: FixedBytes<32>

    fileprivate init() { value = FixedBytes() }

    /// Copies 32 bytes; whether they are a point is found out when they are used.
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

    /// Whether the signature is this key's over the message; false too when the key is no point or
    /// one of low order.
    public func verify(_ signature: Signature, of message: Span<UInt8>) -> Bool {
      guard Sodium.isReady else { return false }
      return unsafe signature.bytes.withPointer { signature in
        unsafe message.withPointer { input in
          unsafe bytes.withPointer { key in
            unsafe crypto_sign_verify_detached(signature, input, UInt64(message.count), key) == 0
          }
        }
      }
    }

    /// The X25519 key of the same point, as age uses SSH keys.
    ///
    /// - Throws: `.invalidKey` when it is no point or one of low order.
    public func x25519() throws(CryptoError) -> X25519.PublicKey {
      var key = X25519.PublicKey()
      let result = unsafe bytes.withPointer { point in
        unsafe key.value.withMutablePointer {
          unsafe crypto_sign_ed25519_pk_to_curve25519($0, point)
        }
      }
      guard result == 0 else { throw CryptoError(.invalidKey, "converting a public key") }
      return key
    }
  }

  /// A private key in locked memory, with its public key.
  public struct SigningKey: ~Copyable, Sendable {
    /// libsodium's form: the seed, then the public key.
    private let secret: SecretBytes

    /// The public key.
    public let publicKey: VerifyingKey

    /// Derives the key from its seed of 32 bytes; the caller wipes its own copy.
    ///
    /// - Throws: `.invalidLength`; `.outOfMemory`.
    public init(seed: Span<UInt8>, in arena: SecretArena? = nil) throws(CryptoError) {
      guard seed.count == seedByteCount else {
        throw CryptoError(.invalidLength, "taking a private key")
      }
      var secret = try SecretBytes(zeroed: 64, in: arena)
      var publicKey = VerifyingKey()
      var span = secret.mutableBytes
      let result = unsafe span.withPointer { output in
        unsafe seed.withPointer { seed in
          unsafe publicKey.value.withMutablePointer {
            unsafe crypto_sign_seed_keypair($0, output, seed)
          }
        }
      }
      guard result == 0 else { throw CryptoError(.libraryFailure, "deriving a key pair") }
      self.publicKey = publicKey
      self.secret = secret
    }

    /// A new random key.
    ///
    /// - Throws: `.outOfMemory`.
    public static func random(in arena: SecretArena? = nil) throws(CryptoError) -> SigningKey {
      let seed = try SecretBytes.random(count: seedByteCount, in: arena)
      return try SigningKey(seed: seed.bytes, in: arena)
    }

    /// The seed: 32 bytes.
    public var seed: Span<UInt8> {
      @_lifetime(borrow self)
      get { secret.bytes.extracting(0..<seedByteCount) }
    }

    /// The signature of a message; the same one each time.
    public func sign(_ message: Span<UInt8>) -> Signature {
      var signature = Signature()
      unsafe secret.bytes.withPointer { key in
        unsafe message.withPointer { input in
          _ = unsafe signature.value.withMutablePointer {
            unsafe crypto_sign_detached($0, nil, input, UInt64(message.count), key)
          }
        }
      }
      return signature
    }

    /// The X25519 key of the same scalar, as age uses SSH keys.
    ///
    /// - Throws: `.outOfMemory`.
    public func x25519(in arena: SecretArena? = nil) throws(CryptoError) -> X25519.PrivateKey {
      var scalar = try SecretBytes(zeroed: X25519.keyByteCount, in: arena)
      var span = scalar.mutableBytes
      unsafe secret.bytes.withPointer { key in
        _ = unsafe span.withPointer { unsafe crypto_sign_ed25519_sk_to_curve25519($0, key) }
      }
      return try X25519.PrivateKey(copying: scalar.bytes, in: arena)
    }
  }
}
