internal import CryptoCore

/// Texts in stores that have lines and nothing but texts.
enum FlatText {
  /// Appends text with `\n` made newlines.
  static func appendUnescaped(_ bytes: Span<UInt8>, to output: inout WipedBuffer) {
    var index = 0
    while index < bytes.count {
      let isNewline =
        bytes[index] == UInt8(ascii: "\\") && index + 1 < bytes.count
        && bytes[index + 1] == UInt8(ascii: "n")
      output.append(isNewline ? 0x0a : bytes[index])
      index += isNewline ? 2 : 1
    }
  }

  /// Appends text with newlines made `\n`.
  static func appendEscaped(_ bytes: Span<UInt8>, to output: inout WipedBuffer) {
    for index in bytes.indices {
      if bytes[index] == 0x0a { output.append("\\n") } else { output.append(bytes[index]) }
    }
  }

  /// A public text with `\n` made newlines.
  static func unescaped(_ text: String) -> String {
    var buffer = WipedBuffer()
    let bytes = Array(text.utf8)
    appendUnescaped(bytes.span, to: &buffer)
    return String(decoding: Array(copying: buffer.bytes), as: UTF8.self)
  }

  /// How SOPS writes that there is no value, for want of a better way.
  static let null: StaticString = "<nil>"

  /// Appends a value that is no text in SOPS's words for it, in which no float looks like an integer.
  static func appendValue(_ bytes: Span<UInt8>, _ type: ScalarType, to output: inout WipedBuffer) {
    switch type {
    case .boolean: output.append(bytes.isSame(as: "True") ? "true" : "false")
    case .time:
      guard let time = Timestamp(strict: bytes) else { return output.append(bytes) }
      output.append(time.bytes(withFraction: false))
    case .float:
      guard let number = DecimalNumber(bytes) else { return output.append(bytes) }
      var looksLikeInteger = true
      number.write(.yaml) { byte in
        if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") { looksLikeInteger = false }
        output.append(byte == UInt8(ascii: "e") ? UInt8(ascii: "E") : byte)
      }
      if looksLikeInteger { output.append(".0") }
    case .string, .integer, .bytes, .comment: output.append(bytes)
    }
  }
}
