internal import CryptoCore

/// The forms in which programs write a value.
enum ValueEncodings {
  /// Standard Base64 with padding.
  static func appendBase64(_ value: Span<UInt8>, to output: inout WipedBuffer) {
    guard !value.isEmpty else { return }
    Base64.encode(value, appendingTo: &output)
  }

  /// Base64 of the value behind `shift` other bytes (0, 1 or 2) and in front of any others: the
  /// characters that are the same whatever those are.
  static func appendBase64(
    _ value: Span<UInt8>, shift: Int, urlSafe: Bool, to output: inout WipedBuffer
  ) {
    var shifted = WipedBuffer()
    shifted.append(repeating: 0, count: shift)
    shifted.append(value)
    var encoded = WipedBuffer()
    appendBase64(shifted.bytes, to: &encoded)
    let start = (shift * 8 + 5) / 6
    let end = shifted.count * 8 / 6
    guard start < end else { return }
    let symbols = encoded.bytes.extracting(start..<end)
    for index in symbols.indices {
      switch symbols[index] {
      case UInt8(ascii: "+") where urlSafe: output.append(UInt8(ascii: "-"))
      case UInt8(ascii: "/") where urlSafe: output.append(UInt8(ascii: "_"))
      case let symbol: output.append(symbol)
      }
    }
  }

  /// The inside of a JSON string (RFC 8259); `isForHTML` as Go writes it, with `<`, `>` and `&`
  /// escaped.
  static func appendJSON(
    _ value: Span<UInt8>, isForHTML: Bool, to output: inout WipedBuffer
  ) {
    for index in value.indices {
      switch value[index] {
      case UInt8(ascii: "\""): output.append("\\\"")
      case UInt8(ascii: "\\"): output.append("\\\\")
      case 0x08: output.append("\\b")
      case 0x09: output.append("\\t")
      case 0x0a: output.append("\\n")
      case 0x0c: output.append("\\f")
      case 0x0d: output.append("\\r")
      case let byte where byte < 0x20 || isForHTML && [0x3c, 0x3e, 0x26].contains(byte):
        output.append("\\u00")
        appendHex(byte, isUpper: false, to: &output)
      case let byte: output.append(byte)
      }
    }
  }

  /// Percent-encoding (RFC 3986) of all but the unreserved characters; `plus` writes a space as `+`,
  /// as forms do.
  static func appendURL(
    _ value: Span<UInt8>, isUpper: Bool, plus: Bool, to output: inout WipedBuffer
  ) {
    for index in value.indices {
      switch value[index] {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
        output.append(value[index])
      case 0x20 where plus: output.append(UInt8(ascii: "+"))
      case let byte:
        output.append(UInt8(ascii: "%"))
        appendHex(byte, isUpper: isUpper, to: &output)
      }
    }
  }

  /// As a shell quotes it in single quotes, without those around it.
  static func appendShell(_ value: Span<UInt8>, to output: inout WipedBuffer) {
    for index in value.indices {
      if value[index] == UInt8(ascii: "'") {
        output.append("'\\''")
      } else {
        output.append(value[index])
      }
    }
  }

  /// Hexadecimal digits, as `xxd -p` and digests have them.
  static func appendHex(_ value: Span<UInt8>, isUpper: Bool, to output: inout WipedBuffer) {
    for index in value.indices { appendHex(value[index], isUpper: isUpper, to: &output) }
  }

  private static func appendHex(_ byte: UInt8, isUpper: Bool, to output: inout WipedBuffer) {
    for digit in [byte >> 4, byte & 15] {
      output.append(digit < 10 ? 0x30 + digit : (isUpper ? 0x37 : 0x57) + digit)
    }
  }
}
