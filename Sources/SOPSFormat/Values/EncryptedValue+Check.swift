internal import CryptoCore

/// What no key is needed for: whether a value can be one at all.
extension EncryptedValue {
  /// How many bytes are encrypted, and the type that the value says they are of.
  ///
  /// - Parameter text: What was taken apart.
  /// - Throws: `.malformedValue`, `.unsupportedType`, as opening it would.
  func check(_ text: Span<UInt8>) throws(SOPSError) -> (byteCount: Int, type: ScalarType) {
    guard let count = Base64.decodedCount(of: text.extracting(data)),
      Base64.decodedCount(of: text.extracting(nonce)) == AES256GCMLongNonce.nonceByteCount,
      Base64.decodedCount(of: text.extracting(tag)) == AES256GCMLongNonce.tagByteCount
    else { throw Self.noBase64 }
    return (count, try type(in: text))
  }

  /// The type that the value says it is of.
  ///
  /// - Throws: `.unsupportedType`.
  func type(in text: Span<UInt8>) throws(SOPSError) -> ScalarType {
    guard let known = ScalarType(name: text.extracting(type)) else {
      let name = String(copying: text.extracting(type))
      throw SOPSError(
        .unsupportedType, "the encrypted value says that it is of type '\(Printable.text(name))'")
    }
    return known
  }

  static var malformed: SOPSError {
    SOPSError(.malformedValue, "the encrypted value is not in SOPS's format")
  }

  static var noBase64: SOPSError {
    SOPSError(.malformedValue, "the encrypted value holds no Base64 of the right lengths")
  }

  static func wrongType(_ type: ScalarType) -> SOPSError {
    SOPSError(
      .unsupportedType,
      "the encrypted value says that it is of type '\(type.rawValue)', which cannot stand here")
  }
}
