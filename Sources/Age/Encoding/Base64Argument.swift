internal import CryptoCore

/// Bytes of a fixed number in an argument of a stanza.
enum Base64Argument {
  /// The bytes that an argument stands for.
  ///
  /// - Throws: `.malformedHeader` unless it is canonical base64 without padding of `count` bytes.
  static func decode(
    _ argument: String, count: Int, _ what: StaticString
  ) throws(AgeError) -> [UInt8] {
    guard argument.utf8.count == Base64.encodedCount(count, padding: false),
      let bytes = try? Base64.publicBytes(of: argument.utf8.span, padding: false)
    else {
      throw AgeError(.malformedHeader, "\(what) is not \(count) bytes in canonical base64")
    }
    return bytes
  }
}
