internal import CryptoCore

/// Encrypts and decrypts single values under a file's data key.
struct ValueCipher: ~Copyable {
  private var cipher = AES256GCMLongNonceCipher()
  private var sealed = WipedBuffer()
  /// What is kept for the next value, in bytes, when one was large.
  private static let keptByteCount = 1 << 16

  private mutating func clear() {
    if sealed.count > Self.keptByteCount { sealed = WipedBuffer() } else { sealed.removeAll() }
  }

  /// Appends the plaintext of an encrypted value, as it was encrypted.
  ///
  /// - Parameter context: What the value is bound to: the keys on its way, or the file's date.
  /// - Returns: The type that the value says it is of, the nonce it was encrypted with.
  /// - Throws: `.plaintextBesideCiphertext`, `.malformedValue`, `.unsupportedType`,
  ///   `.valueNotAuthentic`.
  mutating func open(
    _ text: Span<UInt8>, _ key: borrowing SOPSDataKey, context: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(SOPSError) -> (type: ScalarType, nonce: AES256GCMLongNonce.Nonce) {
    guard let value = EncryptedValue(text) else {
      guard EncryptedValue.isLikely(text) else {
        throw SOPSError(
          .plaintextBesideCiphertext,
          "the value is not encrypted, and by the file's rule it must be")
      }
      throw EncryptedValue.malformed
    }
    clear()
    let nonce: AES256GCMLongNonce.Nonce
    do {
      try Base64.decode(text.extracting(value.nonce), appendingTo: &sealed)
      nonce = try AES256GCMLongNonce.Nonce(copying: sealed.bytes)
      sealed.removeAll()
      try Base64.decode(text.extracting(value.data), appendingTo: &sealed)
      let dataCount = sealed.count
      try Base64.decode(text.extracting(value.tag), appendingTo: &sealed)
      guard sealed.count - dataCount == AES256GCMLongNonce.tagByteCount else {
        throw CryptoError(.invalidLength, "taking a tag")
      }
    } catch { throw EncryptedValue.noBase64 }
    let type = try value.type(in: text)
    do {
      try Self.open(sealed, &cipher, key, nonce, context, appendingTo: &output)
    } catch {
      guard error.code == .authenticationFailed else { throw SOPSError(crypto: error) }
      throw SOPSError(
        .valueNotAuthentic,
        "the value does not open: it was altered, or belongs to another key or file")
    }
    return (type, nonce)
  }

  private static func open(
    _ sealed: borrowing WipedBuffer, _ cipher: inout AES256GCMLongNonceCipher,
    _ key: borrowing SOPSDataKey, _ nonce: AES256GCMLongNonce.Nonce, _ context: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    try cipher.open(
      sealed.bytes, key: key.key, nonce: nonce, authenticating: context, appendingTo: &output)
  }

  /// Appends an encrypted value.
  ///
  /// - Throws: `.cryptoFailure`.
  mutating func seal(
    _ text: Span<UInt8>, _ type: ScalarType, _ key: borrowing SOPSDataKey,
    nonce: AES256GCMLongNonce.Nonce, context: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(SOPSError) {
    clear()
    do {
      try cipher.seal(
        text, key: key.key, nonce: nonce, authenticating: context, appendingTo: &sealed)
    } catch { throw SOPSError(crypto: error) }
    EncryptedValue.append(sealed: sealed.bytes, nonce: nonce.bytes, type: type, to: &output)
  }
}
