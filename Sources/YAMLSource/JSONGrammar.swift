/// The small parts of JSON's grammar.
enum JSONGrammar {
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
    if matches(bytes, "true") || matches(bytes, "false") || matches(bytes, "null") { return true }
    var index = 0
    func digits() -> Bool {
      let start = index
      while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
      return index > start
    }
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
    let first = index
    guard digits() else { return false }
    if bytes[first] == 0x30, index - first > 1 { return false }
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      guard digits() else { return false }
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
      {
        index += 1
      }
      guard digits() else { return false }
    }
    return index == bytes.count
  }

  private static func matches(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
    let letters = Array(word.description.utf8)
    guard letters.count == bytes.count else { return false }
    for index in letters.indices where letters[index] != bytes[index] { return false }
    return true
  }

  /// The byte behind a backslash, decoded.
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

  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Whether the bytes are well-formed UTF-8.
  static func isUTF8(_ bytes: Span<UInt8>) -> Bool {
    var isASCII = true
    for index in bytes.indices where bytes[index] >= 0x80 {
      isASCII = false
      break
    }
    if isASCII { return true }
    var decoder = UTF8()
    return unsafe bytes.withUnsafeBufferPointerForText { buffer in
      var source = unsafe buffer.makeIterator()
      while true {
        switch unsafe decoder.decode(&source) {
        case .scalarValue: continue
        case .emptyInput: return true
        case .error: return false
        }
      }
    }
  }
}
