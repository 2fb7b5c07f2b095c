internal import COpenSSL

/// RSA encryption with optimal asymmetric padding (RFC 8017, section 7.1), both hashes SHA-256.
public enum RSAOAEP {
  /// The accepted lengths of a modulus, in bits: shorter ones can be broken, longer ones only cost
  /// time.
  public static let modulusBitCounts = 2048...16_384

  /// A public key.
  public struct PublicKey: Sendable, Hashable {
    private let handle: RSAKeyHandle

    /// The modulus, big-endian without leading zeros.
    public let modulus: [UInt8]
    /// The exponent, big-endian without leading zeros.
    public let exponent: [UInt8]

    /// Builds a key from its numbers, big-endian.
    ///
    /// - Throws: `.invalidKey` when the modulus is even or its length not accepted, or the exponent
    ///   is even, 1 or of more than 8 bytes.
    public init(modulus: Span<UInt8>, exponent: Span<UInt8>) throws(CryptoError) {
      var numbers = BigNumbers()
      try numbers.add(.modulus, modulus)
      try numbers.add(.publicExponent, exponent)
      try self.init(numbers.makeKey(COpenSSLSelectPublicKey))
    }

    init(_ handle: RSAKeyHandle) throws(CryptoError) {
      self.handle = handle
      modulus = try handle.number(.modulus)
      exponent = try handle.number(.publicExponent)
      guard let last = modulus.last, last & 1 == 1, let end = exponent.last, end & 1 == 1,
        exponent.count <= 8, exponent != [1]
      else { throw CryptoError(.invalidKey, "taking an RSA key") }
    }

    /// The length of a ciphertext, in bytes.
    public var ciphertextByteCount: Int { modulus.count }

    /// The most bytes that fit a ciphertext.
    public var maximumPlaintextByteCount: Int { modulus.count - 2 * SHA256.digestByteCount - 2 }

    /// Appends the encryption of a short message; the label is bound to it.
    ///
    /// - Throws: `.limitExceeded` when the message does not fit; `.libraryFailure`. Nothing is
    ///   appended then.
    public func encrypt(
      _ plaintext: Span<UInt8>, label: Span<UInt8>, appendingTo output: inout WipedBuffer
    ) throws(CryptoError) {
      guard plaintext.count <= maximumPlaintextByteCount else {
        throw CryptoError(.limitExceeded, "encrypting by RSA")
      }
      let operation = try RSAOperation(handle, .encrypt, label: label)
      try operation.run(plaintext, maximumCount: modulus.count, appendingTo: &output)
    }

    public static func == (left: PublicKey, right: PublicKey) -> Bool {
      left.modulus == right.modulus && left.exponent == right.exponent
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(modulus)
      hasher.combine(exponent)
    }
  }
}
