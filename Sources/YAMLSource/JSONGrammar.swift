/// The small parts of JSON's grammar.
package enum JSONGrammar {
  /// Whether a byte stands for itself in a string.
  static func isPlainCharacter(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  static func isLiteralByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Whether the bytes are `true`, `false`, `null` or a number.
  static func isLiteral(_ bytes: Span<UInt8>) -> Bool {
    matches(bytes, "true") || matches(bytes, "false") || matches(bytes, "null")
      || isNumber(bytes)
  }

  /// Whether the bytes are a number.
  package static func isNumber(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }
    func digits() -> Int {
      let start = index
      while let byte = peek(), (0x30...0x39).contains(byte) { index += 1 }
      return index - start
    }
    if peek() == UInt8(ascii: "-") { index += 1 }
    let beginsWithZero = peek() == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || (whole > 1 && !beginsWithZero) else { return false }
    if peek() == UInt8(ascii: ".") {
      index += 1
      guard digits() > 0 else { return false }
    }
    if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
      index += 1
      if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { index += 1 }
      guard digits() > 0 else { return false }
    }
    return index == bytes.count
  }

  private static func matches(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
    guard word.utf8CodeUnitCount == bytes.count else { return false }
    return word.withUTF8Buffer { letters in
      for index in bytes.indices where unsafe letters[index] != bytes[index] { return false }
      return true
    }
  }

  /// The byte behind a backslash, decoded; nil when it is `u` or none of JSON's.
  static func escaped(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0c
    case UInt8(ascii: "n"): 0x0a
    case UInt8(ascii: "r"): 0x0d
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// The UTF-16 unit of the `\uXXXX` at an offset.
  static func escapedUnit(at offset: Int, in bytes: Span<UInt8>) -> UInt16? {
    guard offset + 6 <= bytes.count, bytes[offset] == UInt8(ascii: "\\"),
      bytes[offset + 1] == UInt8(ascii: "u")
    else { return nil }
    var value: UInt16 = 0
    for index in offset + 2..<offset + 6 {
      guard let digit = hexDigit(bytes[index]) else { return nil }
      value = value << 4 | UInt16(digit)
    }
    return value
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
