internal import CryptoCore

extension Bech32 {
  /// The lower-case text of public bytes.
  static func publicText(_ bytes: Span<UInt8>, humanReadablePart: String) -> String {
    var text = WipedBuffer(capacity: humanReadablePart.utf8.count + 8 + bytes.count * 2)
    encode(
      bytes, humanReadablePart: humanReadablePart, isUpperCase: false, appendingTo: &text)
    return text.bytes.asciiText
  }

  /// The public bytes of a lower-case text.
  ///
  /// - Throws: `.malformedRecipient`, also when there are not `count` bytes.
  static func publicBytes(
    _ text: String, humanReadablePart: String, count: Int?
  ) throws(AgeError) -> [UInt8] {
    var bytes = WipedBuffer(capacity: text.utf8.count)
    do {
      try decode(
        Array(text.utf8).span, humanReadablePart: humanReadablePart, appendingTo: &bytes)
    } catch {
      throw AgeError(.malformedRecipient, "the recipient is not valid: cut short or mistyped?")
    }
    guard text.utf8.first == UInt8(ascii: "a"), count == nil || bytes.count == count else {
      throw AgeError(.malformedRecipient, "the recipient is not valid: wrong case or length")
    }
    return Array(copying: bytes.bytes)
  }

  /// The secret bytes of an upper-case text.
  ///
  /// - Throws: `.malformedIdentity`, also when there are not `count` bytes.
  static func secretBytes(
    _ text: Span<UInt8>, humanReadablePart: String, count: Int
  ) throws(AgeError) -> WipedBuffer {
    var bytes = WipedBuffer(capacity: text.count)
    try decode(text, humanReadablePart: humanReadablePart, appendingTo: &bytes)
    guard text[0] == UInt8(ascii: "A"), bytes.count == count else {
      throw AgeError(.malformedIdentity, "the identity is not valid: wrong case or length")
    }
    return bytes
  }
}
