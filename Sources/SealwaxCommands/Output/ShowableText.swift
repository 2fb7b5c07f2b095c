internal import CryptoCore
internal import Platform

/// Secret texts made fit for a terminal without passing through strings, which are not wiped.
enum ShowableText {
  /// Whether bytes are UTF-8 without NUL.
  static func isText(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count {
      guard bytes[index] != 0, let length = length(at: index, in: bytes) else { return false }
      index += length
    }
    return true
  }

  /// Appends a text; control, invisible and direction-changing characters become `\u{1b}`.
  static func append(_ text: Span<UInt8>, to output: inout WipedBuffer) {
    forEachCharacter(of: text) { scalar, bytes in
      if isShowable(scalar) { return output.append(bytes) }
      output.append("\\u{")
      var digits = 2
      while scalar.value >> (4 * UInt32(digits)) != 0 { digits += 1 }
      append(scalar.value, digits: digits, to: &output)
      output.append("}")
    }
  }

  /// Appends a character as JSON has it in ASCII: its UTF-16 code units (RFC 8259, section 7).
  static func appendJSONEscape(of scalar: Unicode.Scalar, to output: inout WipedBuffer) {
    for unit in UTF16.encode(scalar) ?? .init() {
      output.append("\\u")
      append(UInt32(unit), digits: 4, to: &output)
    }
  }

  /// Visits the characters of a text, each with its bytes.
  static func forEachCharacter(
    of text: Span<UInt8>, _ body: (Unicode.Scalar, Span<UInt8>) -> Void
  ) {
    var index = 0
    while index < text.count {
      let length = length(at: index, in: text) ?? 1
      body(scalar(at: index, length, in: text), text.extracting(index..<index + length))
      index += length
    }
  }

  private static func append(_ value: UInt32, digits: Int, to output: inout WipedBuffer) {
    for place in (0..<digits).reversed() {
      let digit = UInt8(truncatingIfNeeded: value >> (4 * UInt32(place))) & 15
      output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }

  /// Whether a character is no control, invisible or direction-changing one, or a tab.
  static func isShowable(_ scalar: Unicode.Scalar) -> Bool { scalar.isShowable || scalar == "\t" }

  /// The length of the UTF-8 character at an offset (RFC 3629); nil when there is none.
  private static func length(at index: Int, in bytes: Span<UInt8>) -> Int? {
    let first = bytes[index]
    let length: Int
    var lowest: UInt8 = 0x80
    var highest: UInt8 = 0xbf
    switch first {
    case 0x00..<0x80: return 1
    case 0xc2...0xdf: length = 2
    case 0xe0...0xef:
      length = 3
      if first == 0xe0 { lowest = 0xa0 }
      if first == 0xed { highest = 0x9f }
    case 0xf0...0xf4:
      length = 4
      if first == 0xf0 { lowest = 0x90 }
      if first == 0xf4 { highest = 0x8f }
    default: return nil
    }
    guard index + length <= bytes.count, (lowest...highest).contains(bytes[index + 1]) else {
      return nil
    }
    for offset in 2..<max(length, 2) where bytes[index + offset] & 0xc0 != 0x80 { return nil }
    return length
  }

  private static func scalar(
    at index: Int, _ length: Int, in bytes: Span<UInt8>
  ) -> Unicode.Scalar {
    let first = UInt32(bytes[index])
    guard length > 1 else { return Unicode.Scalar(UInt8(truncatingIfNeeded: first)) }
    var value = first & (length == 2 ? 0x1f : length == 3 ? 0x0f : 0x07)
    for offset in 1..<length { value = value << 6 | UInt32(bytes[index + offset] & 0x3f) }
    return Unicode.Scalar(value) ?? "\u{fffd}"
  }
}
