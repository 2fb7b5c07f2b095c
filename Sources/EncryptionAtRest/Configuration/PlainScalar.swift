internal import CryptoCore

/// What a plain scalar is to the API server: YAML 1.1 as go-yaml 2 resolves it.
enum PlainScalar: Equatable {
  case null, bool, string
  /// An integer; nil beyond 64 bits.
  case integer(Int64?)
  case float(Double)

  init(_ text: String) {
    if let known = Self.words[text] {
      self = known
      return
    }
    guard let first = text.utf8.first else {
      self = .null
      return
    }
    switch first {
    case UInt8(ascii: "."):
      self = Self.isYAMLFloat(text) ? Double(text).map { .float($0) } ?? .string : .string
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      self = Self.number(text.filter { $0 != "_" })
    default: self = .string
    }
  }

  private static let words: [String: PlainScalar] = {
    var words: [String: PlainScalar] = [:]
    for word in [
      "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "n", "N", "no", "No",
      "NO", "false", "False", "FALSE", "off", "Off", "OFF",
    ] { words[word] = .bool }
    for word in ["", "~", "null", "Null", "NULL"] { words[word] = .null }
    for word in [".nan", ".NaN", ".NAN"] { words[word] = .float(.infinity) }
    for sign in ["", "+", "-"] {
      for word in [".inf", ".Inf", ".INF"] { words[sign + word] = .float(.infinity) }
    }
    return words
  }()

  private static func number(_ text: String) -> PlainScalar {
    if let integer = integer(text) { return integer }
    if isYAMLFloat(text), let value = Double(text), value.isFinite { return .float(value) }
    return .string
  }

  /// As Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`: `0x`, `0o`, `0b` and a leading 0.
  private static func integer(_ text: String) -> PlainScalar? {
    var digits = Substring(text)
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    var radix = 10
    if digits.first == "0", digits.count > 1 {
      switch digits.dropFirst().first {
      case "x", "X": (radix, digits) = (16, digits.dropFirst(2))
      case "o", "O": (radix, digits) = (8, digits.dropFirst(2))
      case "b", "B": (radix, digits) = (2, digits.dropFirst(2))
      default: (radix, digits) = (8, digits.dropFirst())
      }
    }
    guard let first = digits.utf8.first, isDigit(first, radix: 16) else { return nil }
    if let value = Int64((isNegative ? "-" : "") + digits, radix: radix) { return .integer(value) }
    guard !isNegative, text.first != "+", UInt64(digits, radix: radix) != nil else { return nil }
    return .integer(nil)
  }

  private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): radix == 16
    default: false
    }
  }

  /// Whether it is a sign, digits with or without a point, and an exponent, as the API server's
  /// `yamlStyleFloat` has it.
  static func isYAMLFloat(_ text: String) -> Bool {
    var rest = Substring(text)
    if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
    func takeDigits() -> Int {
      let count = rest.utf8.prefix { isDigit($0, radix: 10) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == "." {
      rest = rest.dropFirst()
      guard takeDigits() > 0 else { return false }
    } else {
      guard takeDigits() > 0 else { return false }
      if rest.first == "." {
        rest = rest.dropFirst()
        _ = takeDigits()
      }
    }
    if rest.first == "e" || rest.first == "E" {
      rest = rest.dropFirst()
      if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
