public import CryptoCore

/// One value of a SealedSecret: bitnami-labs/sealed-secrets, `docs/developer/crypto.md`.
///
/// Two bytes with the length of what follows, big-endian; a random AES-256 key encrypted by RSA-OAEP
/// with SHA-256 and the scope's label; and the value in AES-256-GCM under that key. The nonce is
/// zero, which is sound for a key that is used once.
public enum SealedValue {
  private static let lengthByteCount = 2
  /// A value and what is around it; Kubernetes takes 1 MiB for a whole Secret.
  static let maximumByteCount = 16 << 20

  /// Appends a value sealed for a key.
  ///
  /// - Throws: `.cryptoFailure`; `.malformed` for more than 16 MiB. Nothing is appended then.
  public static func seal(
    _ value: Span<UInt8>, for key: RSAOAEP.PublicKey, label: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(SealedSecretError) {
    guard value.count <= maximumByteCount else {
      throw SealedSecretError(.malformed, "a value has more than 16 MiB")
    }
    let start = output.count
    do throws(CryptoError) {
      let session = try SymmetricKey<AES256GCM>.random()
      var wrapped = WipedBuffer()
      let bytes = session.bytes
      try key.encrypt(bytes, label: label, appendingTo: &wrapped)
      guard let count = UInt16(exactly: wrapped.count) else {
        throw CryptoError(.invalidLength, "sealing a value")
      }
      output.append(UInt8(truncatingIfNeeded: count >> 8))
      output.append(UInt8(truncatingIfNeeded: count))
      output.append(wrapped.bytes)
      var cipher = try AES256GCMCipher()
      try cipher.seal(
        value, key: session, nonce: try zeroNonce(), authenticating: Span(),
        appendingTo: &output)
    } catch {
      output.truncate(to: start)
      throw SealedSecretError(error)
    }
  }

  /// Whether bytes have the shape of a sealed value: long enough, with a length that fits.
  public static func isWellFormed(_ sealed: Span<UInt8>) -> Bool { parts(of: sealed) != nil }

  /// The length of the RSA key that a value was sealed for, in bits; nil when it has not the shape
  /// of one.
  public static func keyBitCount(_ sealed: Span<UInt8>) -> Int? {
    parts(of: sealed).map { $0.wrapped.count * 8 }
  }

  /// Appends a value opened by a key; false, and nothing appended, when it does not open.
  ///
  /// Why not is not told: what is wrong with a ciphertext can help to find out what is in it.
  ///
  /// - Throws: `.cryptoFailure` when there is no memory.
  public static func open(
    _ sealed: Span<UInt8>, by key: borrowing RSAOAEP.PrivateKey, label: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(SealedSecretError) -> Bool {
    guard let parts = parts(of: sealed),
      parts.wrapped.count == key.publicKey.ciphertextByteCount
    else { return false }
    do throws(CryptoError) {
      var session = WipedBuffer()
      try key.decrypt(
        sealed.extracting(parts.wrapped), label: label, appendingTo: &session)
      let sessionKey = try SymmetricKey<AES256GCM>(copying: session.bytes)
      var cipher = try AES256GCMCipher()
      try cipher.open(
        sealed.extracting(parts.ciphertext), key: sessionKey, nonce: try zeroNonce(),
        authenticating: Span(), appendingTo: &output)
      return true
    } catch {
      switch error.code {
      case .authenticationFailed, .invalidLength: return false
      default: throw SealedSecretError(error)
      }
    }
  }

  private static func zeroNonce() throws(CryptoError) -> AES256GCM.Nonce {
    let zeros = [UInt8](repeating: 0, count: AES256GCM.nonceByteCount)
    return try AES256GCM.Nonce(copying: zeros.span)
  }

  private static func parts(
    of sealed: Span<UInt8>
  ) -> (wrapped: Range<Int>, ciphertext: Range<Int>)? {
    guard sealed.count >= lengthByteCount else { return nil }
    let count = Int(sealed[0]) << 8 | Int(sealed[1])
    let end = lengthByteCount + count
    guard count > 0, sealed.count >= end + AES256GCM.tagByteCount else { return nil }
    return (lengthByteCount..<end, end..<sealed.count)
  }
}
