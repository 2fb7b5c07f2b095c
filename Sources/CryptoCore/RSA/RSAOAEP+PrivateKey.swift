internal import COpenSSL

extension RSAOAEP {
  /// A private key, in OpenSSL's memory: wiped when it goes, not locked.
  public struct PrivateKey: ~Copyable, Sendable {
    private let handle: RSAKeyHandle

    /// The public key.
    public let publicKey: PublicKey

    private init(_ handle: RSAKeyHandle) throws(CryptoError) {
      self.handle = handle
      publicKey = try PublicKey(handle.publicPart())
    }

    /// Builds a key from its numbers, big-endian, as OpenSSH's files hold them.
    ///
    /// - Throws: `.invalidKey` when they do not belong together or the length is not accepted.
    public init(
      modulus: Span<UInt8>, publicExponent: Span<UInt8>, privateExponent: Span<UInt8>,
      firstPrime: Span<UInt8>, secondPrime: Span<UInt8>, coefficient: Span<UInt8>
    ) throws(CryptoError) {
      var numbers = BigNumbers()
      try numbers.add(.modulus, modulus)
      try numbers.add(.publicExponent, publicExponent)
      try numbers.add(.privateExponent, privateExponent)
      try numbers.add(.firstPrime, firstPrime)
      try numbers.add(.secondPrime, secondPrime)
      try numbers.add(.coefficient, coefficient)
      try numbers.complete()
      try self.init(numbers.makeKey(COpenSSLSelectKeyPair))
    }

    /// Reads the DER of a PKCS #8 or PKCS #1 private key.
    ///
    /// - Throws: `.invalidKey` when it is neither, not RSA, or the length is not accepted.
    public init(der: Span<UInt8>) throws(CryptoError) {
      try self.init(RSAKeyHandle.decode(der: der))
    }

    /// Reads the first private key of a PEM text; never asks for a passphrase.
    ///
    /// - Throws: `.invalidKey` when there is none, it is not RSA, it needs another passphrase, or
    ///   the length is not accepted.
    public init(pem: Span<UInt8>, passphrase: Span<UInt8> = Span()) throws(CryptoError) {
      try self.init(RSAKeyHandle.decode(pem: pem, passphrase: passphrase))
    }

    /// Appends the message of a ciphertext.
    ///
    /// - Throws: `.authenticationFailed` when the key or label is another one or the ciphertext was
    ///   altered; `.invalidLength` unless it is as long as the modulus. Nothing is appended then.
    public func decrypt(
      _ ciphertext: Span<UInt8>, label: Span<UInt8>, appendingTo output: inout WipedBuffer
    ) throws(CryptoError) {
      guard ciphertext.count == publicKey.ciphertextByteCount else {
        throw CryptoError(.invalidLength, "decrypting by RSA")
      }
      let operation = try RSAOperation(handle, .decrypt, label: label)
      try operation.run(ciphertext, maximumCount: ciphertext.count, appendingTo: &output)
    }
  }
}
