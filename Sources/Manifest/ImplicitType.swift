/// What YAML takes a plain scalar for: 1.1 and 1.2 together, as Kubernetes' reader does.
enum ImplicitType {
  private static let booleans: [[UInt8]] = [
    "true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes", "YES", "no", "No", "NO", "on",
    "On", "ON", "off", "Off", "OFF",
  ].map { Array($0.utf8) }

  private static let words: [[UInt8]] =
    booleans
    + [
      "~", "null", "Null", "NULL", "y", "Y", "n", "N", ".nan", ".NaN", ".NAN",
    ].map { Array($0.utf8) }

  private static let infinities: [[UInt8]] = [".inf", ".Inf", ".INF"].map { Array($0.utf8) }

  /// Whether a plain scalar is a text: no number, truth value or null.
  static func isText(_ scalar: Span<UInt8>) -> Bool {
    guard scalar.count > 0 else { return false }
    return !isOne(of: words, scalar) && !isNumber(scalar)
  }

  /// Whether it is a truth value; letters alone, which few readers take for one, are none.
  static func isBoolean(_ scalar: Span<UInt8>) -> Bool { isOne(of: booleans, scalar) }

  /// Whether it is a truth value to every reader.
  static func isPlainBoolean(_ scalar: Span<UInt8>) -> Bool {
    isOne(of: [Array("true".utf8), Array("false".utf8)], scalar)
  }

  private static func isOne(of words: [[UInt8]], _ scalar: Span<UInt8>) -> Bool {
    words.contains { word in
      guard word.count == scalar.count else { return false }
      for index in scalar.indices where scalar[index] != word[index] { return false }
      return true
    }
  }

  /// Whether it is a number; underscores may stand anywhere in it.
  static func isNumber(_ scalar: Span<UInt8>) -> Bool {
    guard scalar.count > 0 else { return false }
    var index = 0
    if scalar[0] == UInt8(ascii: "+") || scalar[0] == UInt8(ascii: "-") { index = 1 }
    if isOne(of: infinities, scalar.extracting(index...)) { return true }
    if index + 2 < scalar.count, scalar[index] == UInt8(ascii: "0"),
      let digits = digits(ofBase: scalar[index + 1])
    {
      return isRun(scalar.extracting((index + 2)...), of: digits)
    }
    var digitCount = 0
    func skipDigits() {
      while index < scalar.count,
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(scalar[index])
          || scalar[index] == UInt8(ascii: "_")
      {
        if scalar[index] != UInt8(ascii: "_") { digitCount += 1 }
        index += 1
      }
    }
    skipDigits()
    if index < scalar.count, scalar[index] == UInt8(ascii: ".") {
      index += 1
      skipDigits()
    }
    guard digitCount > 0 else { return false }
    if index < scalar.count, scalar[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < scalar.count,
        scalar[index] == UInt8(ascii: "+") || scalar[index] == UInt8(ascii: "-")
      {
        index += 1
      }
      digitCount = 0
      skipDigits()
      guard digitCount > 0 else { return false }
    }
    return index == scalar.count
  }

  private static func digits(ofBase letter: UInt8) -> StaticString? {
    switch letter | 0x20 {
    case UInt8(ascii: "x"): "0123456789abcdefABCDEF"
    case UInt8(ascii: "o"): "01234567"
    case UInt8(ascii: "b"): "01"
    default: nil
    }
  }

  private static func isRun(_ text: Span<UInt8>, of digits: StaticString) -> Bool {
    let digits = Array(digits.description.utf8)
    for index in text.indices
    where text[index] != UInt8(ascii: "_") && !digits.contains(text[index]) { return false }
    return true
  }
}
