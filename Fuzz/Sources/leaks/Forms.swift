/// A form of a value, written in the plainest way.
struct Form {
  let text: [UInt8]
  /// Whether line breaks may stand anywhere in it.
  var isWrapped = false
  /// Whether other bytes may stand behind its line breaks.
  var mayBeIndented = false
}

/// The forms of values.
enum Forms {
  static func all(of value: [UInt8]) -> [Form] {
    var forms = [
      Form(text: value, mayBeIndented: true),
      Form(text: value.flatMap { hex($0, "0123456789abcdef") }),
      Form(text: value.flatMap { hex($0, "0123456789ABCDEF") }),
      Form(text: value.flatMap { percent($0, "0123456789ABCDEF", "-._~") }),
      Form(text: value.flatMap { percent($0, "0123456789abcdef", "-._~") }),
      Form(text: value.flatMap { percent($0, "0123456789ABCDEF", ";,/?:@&=+$-_.!~*'()#") }),
      Form(text: value.flatMap { $0 == 0x20 ? [0x2b] : percent($0, "0123456789ABCDEF", "-._~*") }),
    ]
    let inline: [(UInt8) -> [UInt8]] = [
      json, { "<>&".utf8.contains($0) ? unicode($0) : json($0) },
      { $0 == 0x2f ? [0x5c, 0x2f] : json($0) }, { $0 == 0x27 ? [$0, $0] : [$0] },
      { $0 == 0x27 ? Array("'\\''".utf8) : [$0] }, { html($0, quote: "&#39;") },
      { html($0, quote: "&#x27;") },
    ]
    forms += inline.map { Form(text: value.flatMap($0), mayBeIndented: true) }
    forms += base64(of: value)
    if value.allSatisfy({ $0 < 0x80 }) {
      let wide = value.flatMap { byte -> [UInt8] in [byte, 0] }
      forms.append(Form(text: wide))
      forms += base64(of: wide)
    }
    return forms.filter { $0.text.count >= 4 }
  }

  private static func hex(_ byte: UInt8, _ digits: String) -> [UInt8] {
    let digits = Array(digits.utf8)
    return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  private static func percent(_ byte: UInt8, _ digits: String, _ kept: String) -> [UInt8] {
    let isWord =
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    return isWord || kept.utf8.contains(byte) ? [byte] : [0x25] + hex(byte, digits)
  }

  private static func unicode(_ byte: UInt8) -> [UInt8] {
    Array("\\u00".utf8) + hex(byte, "0123456789abcdef")
  }

  private static func json(_ byte: UInt8) -> [UInt8] {
    let short: [UInt8: String] = [
      0x22: "\\\"", 0x5c: "\\\\", 0x0a: "\\n", 0x0d: "\\r", 0x09: "\\t", 0x08: "\\b", 0x0c: "\\f",
    ]
    return short[byte].map { Array($0.utf8) } ?? (byte < 0x20 ? unicode(byte) : [byte])
  }

  private static func html(_ byte: UInt8, quote: String) -> [UInt8] {
    let names: [UInt8: String] = [
      0x26: "&amp;", 0x3c: "&lt;", 0x3e: "&gt;", 0x22: "&quot;", 0x27: quote,
    ]
    return names[byte].map { Array($0.utf8) } ?? [byte]
  }

  /// The symbols that are the value's alone, whatever stands around it.
  private static func base64(of value: [UInt8]) -> [Form] {
    let alphabet = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    return (0..<3).compactMap { before in
      let bits = before * 8..<(before + value.count) * 8
      let first = (bits.lowerBound + 5) / 6
      let last = bits.upperBound / 6
      guard first < last else { return nil }
      let text = (first..<last).map { place -> UInt8 in
        let symbol = (place * 6..<place * 6 + 6).reduce(0) { symbol, bit in
          let own = bit - bits.lowerBound
          return symbol << 1 | Int(value[own / 8] >> UInt8(7 - own % 8)) & 1
        }
        return alphabet[symbol]
      }
      return Form(text: text, isWrapped: true)
    }
  }
}
