internal import CryptoCore

/// How a value may be written.
public enum ValueForm: String, Sendable, CaseIterable {
  case plain = "as it is"
  case base64 = "in Base64"
  case hexadecimal = "in hexadecimal digits"
  case percent = "URL-encoded"
  case form = "as form data"
  case json = "escaped as in JSON"
  case yaml = "in YAML's single quotes"
  case shell = "quoted for a shell"
  case markup = "escaped as in HTML"
  case utf16 = "in UTF-16"
  case utf16Base64 = "in Base64 of UTF-16"

  /// Whether line breaks may stand anywhere in it.
  var isWrapped: Bool { self == .base64 || self == .utf16Base64 }

  /// Whether its line breaks may be followed by what a text around it begins lines with.
  var mayBeIndented: Bool { [.plain, .json, .yaml, .shell, .markup].contains(self) }
}

/// Writes values in every form that they are searched in.
enum ValueForms {
  /// Gives out each text that stands for a value, the same one once.
  static func forEach(of value: Span<UInt8>, _ body: (ValueForm, Span<UInt8>) -> Void) {
    body(.plain, value)
    let texts: [(ValueForm, [Escape])] = [
      (.percent, [Escape.percent(upper: true), .percent(upper: false), .percentLight]),
      (.form, [.formData]), (.json, [.json, .jsonForHTML, .jsonWithSlash]),
      (.yaml, [.singleQuotes]),
      (.shell, [.shell]), (.markup, [.markup(quote: "&#39;"), .markup(quote: "&#x27;")]),
    ]
    for (form, escapes) in texts {
      for escape in escapes {
        var text = WipedBuffer(capacity: value.count * 2)
        for index in value.indices { escape.append(value[index], to: &text) }
        if !ConstantTime.equal(text.bytes, value) { body(form, text.bytes) }
      }
    }
    for isUpper in [false, true] {
      var digits = WipedBuffer(capacity: value.count * 2)
      for index in value.indices { Escape.appendHex(value[index], isUpper: isUpper, to: &digits) }
      body(.hexadecimal, digits.bytes)
    }
    forEachBase64(of: value, .base64, body)
    var wide = WipedBuffer(capacity: value.count * 2)
    for index in value.indices {
      // Other than ASCII has other code units.
      guard value[index] < 0x80 else { return }
      wide.append(value[index])
      wide.append(0)
    }
    body(.utf16, wide.bytes)
    forEachBase64(of: wide.bytes, .utf16Base64, body)
  }

  /// Base64 of something that holds the value: which characters the value alone decides depends on
  /// how many bytes are in front of it, of which only the remainder by three counts.
  private static func forEachBase64(
    of value: Span<UInt8>, _ form: ValueForm, _ body: (ValueForm, Span<UInt8>) -> Void
  ) {
    for before in 0..<3 {
      var padded = WipedBuffer(capacity: value.count + before)
      padded.append(repeating: 0, count: before)
      padded.append(value)
      var text = WipedBuffer()
      Base64.encode(padded.bytes, padding: false, appendingTo: &text)
      // The first characters have bits of what is in front, the last one may have some of what is
      // behind.
      let start = before == 0 ? 0 : before + 1
      let end = padded.count * 8 / 6
      guard start < end, end <= text.count else { continue }
      body(form, text.bytes.extracting(start..<end))
    }
  }
}

/// How a byte is written.
private enum Escape {
  case percent(upper: Bool)
  /// Only what breaks a URL, as `encodeURI` has it.
  case percentLight
  case formData
  case json
  /// As Go and others write JSON that may stand in HTML.
  case jsonForHTML
  case jsonWithSlash
  case singleQuotes
  case shell
  case markup(quote: StaticString)

  func append(_ byte: UInt8, to text: inout WipedBuffer) {
    switch self {
    case .percent(let upper):
      Self.isUnreserved(byte) ? text.append(byte) : Self.appendPercent(byte, upper, to: &text)
    case .percentLight:
      Self.isUnreserved(byte) || Self.isOneOf(byte, ";,/?:@&=+$-_.!~*'()#")
        ? text.append(byte) : Self.appendPercent(byte, true, to: &text)
    case .formData:
      if byte == 0x20 {
        text.append(UInt8(ascii: "+"))
      } else {
        Self.isUnreserved(byte) || byte == UInt8(ascii: "*")
          ? text.append(byte) : Self.appendPercent(byte, true, to: &text)
      }
    case .json: Self.appendJSON(byte, to: &text)
    case .jsonForHTML:
      if Self.isOneOf(byte, "<>&") {
        text.append("\\u00")
        Self.appendHex(byte, isUpper: false, to: &text)
      } else {
        Self.appendJSON(byte, to: &text)
      }
    case .jsonWithSlash:
      if byte == UInt8(ascii: "/") { text.append("\\") }
      Self.appendJSON(byte, to: &text)
    case .singleQuotes:
      if byte == UInt8(ascii: "'") { text.append(byte) }
      text.append(byte)
    case .shell: byte == UInt8(ascii: "'") ? text.append("'\\''") : text.append(byte)
    case .markup(let quote):
      switch byte {
      case UInt8(ascii: "&"): text.append("&amp;")
      case UInt8(ascii: "<"): text.append("&lt;")
      case UInt8(ascii: ">"): text.append("&gt;")
      case UInt8(ascii: "\""): text.append("&quot;")
      case UInt8(ascii: "'"): text.append(quote)
      default: text.append(byte)
      }
    }
  }

  private static func appendJSON(_ byte: UInt8, to text: inout WipedBuffer) {
    switch byte {
    case UInt8(ascii: "\""): text.append("\\\"")
    case UInt8(ascii: "\\"): text.append("\\\\")
    case 0x0a: text.append("\\n")
    case 0x0d: text.append("\\r")
    case 0x09: text.append("\\t")
    case 0x08: text.append("\\b")
    case 0x0c: text.append("\\f")
    case 0..<0x20:
      text.append("\\u00")
      appendHex(byte, isUpper: false, to: &text)
    default: text.append(byte)
    }
  }

  private static func appendPercent(_ byte: UInt8, _ isUpper: Bool, to text: inout WipedBuffer) {
    text.append("%")
    appendHex(byte, isUpper: isUpper, to: &text)
  }

  static func appendHex(_ byte: UInt8, isUpper: Bool, to text: inout WipedBuffer) {
    for digit in [byte >> 4, byte & 15] {
      text.append(digit < 10 ? 0x30 + digit : (isUpper ? 0x41 : 0x61) + digit - 10)
    }
  }

  /// RFC 3986, section 2.3.
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: isOneOf(byte, "-._~")
    }
  }

  private static func isOneOf(_ byte: UInt8, _ set: StaticString) -> Bool {
    set.description.utf8.contains(byte)
  }
}
