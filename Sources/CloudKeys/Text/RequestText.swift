internal import CryptoCore

/// Texts that requests are made of.
extension WipedBuffer {
  /// Appends a JSON string (RFC 8259).
  mutating func appendJSON(_ text: Span<UInt8>) {
    append(UInt8(ascii: "\""))
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case let byte where byte < 0x20:
        append("\\u00")
        append(utf8: byte < 0x10 ? "0" : "1")
        append(utf8: String(byte & 15, radix: 16))
      default: append(text[index])
      }
    }
    append(UInt8(ascii: "\""))
  }

  /// Appends a JSON string.
  mutating func appendJSON(_ text: String) { appendJSON(Array(text.utf8).span) }

  /// Appends bytes in Base64 as a JSON string.
  mutating func appendJSON(base64 bytes: Span<UInt8>) {
    append(UInt8(ascii: "\""))
    Base64.encode(bytes, appendingTo: &self)
    append(UInt8(ascii: "\""))
  }

  /// Appends a text with all but unreserved characters percent-encoded (RFC 3986), as forms and paths
  /// take it.
  mutating func appendPercentEncoded(_ text: Span<UInt8>) {
    for index in text.indices {
      let byte = text[index]
      if PercentEncoding.isUnreserved(byte) {
        append(byte)
      } else {
        append(utf8: PercentEncoding.escape(byte))
      }
    }
  }

  /// Appends a field of a form, with its `&` behind others.
  mutating func appendField(_ name: StaticString, _ value: Span<UInt8>) {
    if !isEmpty { append("&") }
    append(name)
    append("=")
    appendPercentEncoded(value)
  }

  /// Appends a field of a form.
  mutating func appendField(_ name: StaticString, _ value: String) {
    appendField(name, Array(value.utf8).span)
  }

  /// Appends bytes in the URL-safe Base64 without padding (RFC 4648, section 5).
  mutating func appendBase64URL(_ bytes: Span<UInt8>) {
    let start = count
    Base64.encode(bytes, padding: false, appendingTo: &self)
    var all = mutableBytes
    for index in start..<all.count {
      switch all[index] {
      case UInt8(ascii: "+"): all[index] = UInt8(ascii: "-")
      case UInt8(ascii: "/"): all[index] = UInt8(ascii: "_")
      default: break
      }
    }
  }

  /// Appends what a text in URL-safe Base64 without padding encodes.
  ///
  /// - Throws: `.invalidEncoding`.
  mutating func appendDecoding(base64URL text: Span<UInt8>) throws(CryptoError) {
    var standard = WipedBuffer(capacity: text.count)
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
      case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
      // Not of this alphabet: what follows refuses it.
      case UInt8(ascii: "+"), UInt8(ascii: "/"): standard.append(UInt8(ascii: "!"))
      default: standard.append(text[index])
      }
    }
    try Base64.decode(standard.bytes, padding: false, appendingTo: &self)
  }
}

/// Percent-encoding of RFC 3986.
enum PercentEncoding {
  static func isUnreserved(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
      || [0x2d, 0x2e, 0x5f, 0x7e].contains(byte)
  }

  static func escape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "%0" + digits : "%" + digits
  }

  /// A part of a path; nil when it would be none or lead elsewhere.
  static func segment(_ text: some StringProtocol) -> String? {
    guard !text.isEmpty, text != ".", text != ".." else { return nil }
    return text.utf8.reduce(into: "") { result, byte in
      result += isUnreserved(byte) ? String(Unicode.Scalar(byte)) : escape(byte)
    }
  }
}

/// Hexadecimal digits of public bytes.
func hexadecimal(_ bytes: Span<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for index in bytes.indices {
    text.append(digits[Int(bytes[index] >> 4)])
    text.append(digits[Int(bytes[index] & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
