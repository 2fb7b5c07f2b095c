package import CryptoCore

/// Base64 as Kubernetes reads it: standard and padded, but line breaks may stand in it, and bits
/// beyond the last byte may be set.
package enum LenientBase64 {
  /// Appends the decoded bytes; false, and nothing appended, when the text is not Base64.
  package static func decode(_ text: Span<UInt8>, appendingTo output: inout WipedBuffer) -> Bool {
    if (try? Base64.decode(text, appendingTo: &output)) != nil { return true }
    var symbols = WipedBuffer(capacity: text.count)
    var start = 0
    for index in text.indices where text[index] == 0x0a || text[index] == 0x0d {
      symbols.append(text.extracting(start..<index))
      start = index + 1
    }
    symbols.append(text.extracting(start...))
    clearTrailingBits(&symbols)
    do {
      try Base64.decode(symbols.bytes, appendingTo: &output)
      return true
    } catch {
      return false
    }
  }

  /// Clears what the last symbol in front of the padding says beyond the last byte.
  private static func clearTrailingBits(_ symbols: inout WipedBuffer) {
    let count = symbols.count
    var end = count
    while end > 0, count - end < 2, symbols.bytes[end - 1] == UInt8(ascii: "=") { end -= 1 }
    let padding = count - end
    guard padding > 0, end > 0, let value = value(of: symbols.bytes[end - 1]) else { return }
    let cleared = value & ~(padding == 1 ? 0x03 : 0x0f)
    symbols.truncate(to: end - 1)
    symbols.append(symbol(of: cleared))
    symbols.append(repeating: UInt8(ascii: "="), count: padding)
  }

  private static func value(of symbol: UInt8) -> UInt8? {
    switch symbol {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): symbol - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): symbol - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): symbol - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  private static func symbol(of value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
