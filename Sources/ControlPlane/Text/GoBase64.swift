public import CryptoCore

/// Base64 as Go's `base64.StdEncoding` decodes it: line breaks are passed over, and bits behind the
/// last byte may be anything.
public enum GoBase64 {
  /// Appends the decoded bytes; false, and nothing appended, for what is no Base64.
  public static func decode(_ text: Span<UInt8>, appendingTo output: inout WipedBuffer) -> Bool {
    var symbols = WipedBuffer(capacity: text.count)
    for index in text.indices where text[index] != 0x0a && text[index] != 0x0d {
      symbols.append(text[index])
    }
    clearTrailingBits(&symbols)
    return (try? Base64.decode(symbols.bytes, appendingTo: &output)) != nil
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func clearTrailingBits(_ symbols: inout WipedBuffer) {
    let count = symbols.count
    var padding = 0
    while padding < 2, count > padding, symbols.bytes[count - padding - 1] == UInt8(ascii: "=") {
      padding += 1
    }
    guard padding > 0, count > padding,
      let value = alphabet.firstIndex(of: symbols.bytes[count - padding - 1])
    else { return }
    let cleared = alphabet[value & ~(padding == 1 ? 0x03 : 0x0f)]
    symbols.truncate(to: count - padding - 1)
    symbols.append(cleared)
    symbols.append(repeating: UInt8(ascii: "="), count: padding)
  }
}
