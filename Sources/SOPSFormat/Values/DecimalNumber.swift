/// A floating-point number as the shortest decimal that means it, worked on digit by digit.
///
/// Values are secrets and text of theirs in strings would not be wiped, so digits stay on the stack;
/// only numbers with more than 15 digits, which may have to be rounded, go through a string.
struct DecimalNumber {
  private static let maximumDigitCount = 17

  private(set) var isNegative = false
  /// The digits behind the point of 0.d1d2d3..., none of them zero at either end; none for zero.
  private var digits = InlineArray<17, UInt8>(repeating: 0)
  private var digitCount = 0
  /// What ten is raised to.
  private var exponent = 0

  /// Reads decimal digits with an optional sign, point and exponent; nil for anything else, and for
  /// what is beyond the range of 64-bit numbers.
  init?(_ text: Span<UInt8>) {
    guard let isExact = read(text) else { return nil }
    // In this range every decimal of 15 digits means a number of its own, so it is the shortest.
    guard !isExact || !(-290...300).contains(exponent) else { return }
    if digitCount == 0, isExact { return }
    var string = ""
    for index in text.indices { string.unicodeScalars.append(Unicode.Scalar(text[index])) }
    guard let value = Double(string), value.isFinite else { return nil }
    let shortest = Array(value.description.utf8)
    self = DecimalNumber()
    guard read(shortest.span) != nil else { return nil }
  }

  private init() {}

  /// Whether the digits are all there; nil when the text is not a number.
  private mutating func read(_ text: Span<UInt8>) -> Bool? {
    var index = 0
    var isExact = true
    var hasDigits = false
    var pointPlace: Int?
    var place = 0
    if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      isNegative = text[index] == UInt8(ascii: "-")
      index += 1
    }
    var pendingZeros = 0
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "."), pointPlace == nil {
        pointPlace = place
      } else if (0x30...0x39).contains(byte) {
        hasDigits = true
        place += 1
        if digitCount == 0, byte == 0x30 {
          exponent -= 1
        } else if byte == 0x30 {
          pendingZeros += 1
        } else if digitCount + pendingZeros < 15 {
          for _ in 0..<pendingZeros { append(0) }
          pendingZeros = 0
          append(byte - 0x30)
        } else if digitCount + pendingZeros < Self.maximumDigitCount {
          for _ in 0..<pendingZeros { append(0) }
          pendingZeros = 0
          append(byte - 0x30)
          isExact = false
        } else {
          isExact = false
        }
      } else {
        break
      }
      index += 1
    }
    guard hasDigits else { return nil }
    // Leading zeros have been subtracted already.
    exponent += pointPlace ?? place
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
      guard let power = Self.power(text.extracting((index + 1)...)) else { return nil }
      exponent += power
      index = text.count
    }
    guard index == text.count else { return nil }
    if digitCount == 0 { exponent = 0 }
    return isExact
  }

  private mutating func append(_ digit: UInt8) {
    guard digitCount < Self.maximumDigitCount else { return }
    digits[digitCount] = digit
    digitCount += 1
  }

  /// An exponent; far beyond the range all are alike.
  private static func power(_ text: Span<UInt8>) -> Int? {
    var index = 0
    var isNegative = false
    if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      isNegative = text[index] == UInt8(ascii: "-")
      index += 1
    }
    guard index < text.count else { return nil }
    var value = 0
    while index < text.count {
      guard (0x30...0x39).contains(text[index]) else { return nil }
      value = min(value * 10 + Int(text[index]) - 0x30, 1_000_000_000)
      index += 1
    }
    return isNegative ? -value : value
  }

  /// How the exponent of a written number looks.
  enum Style {
    /// Never one: SOPS's own form.
    case plain
    /// Outside of 10^-4 to 10^6, with two digits at least: YAML.
    case yaml
    /// Outside of 10^-6 to 10^21: JSON.
    case json
  }

  /// Calls `body` with one byte of the number after the other.
  func write(_ style: Style, _ body: (UInt8) -> Void) {
    if isNegative { body(UInt8(ascii: "-")) }
    guard digitCount > 0 else { return body(0x30) }
    let power = exponent - 1
    let hasExponent: Bool =
      switch style {
      case .plain: false
      case .yaml: power < -4 || power >= 6
      case .json: power < -6 || power >= 21
      }
    guard hasExponent else { return writePlain(body) }
    body(digits[0] + 0x30)
    if digitCount > 1 {
      body(UInt8(ascii: "."))
      for index in 1..<digitCount { body(digits[index] + 0x30) }
    }
    body(UInt8(ascii: "e"))
    body(power < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    let magnitude = abs(power)
    if magnitude < 10, style == .yaml { body(0x30) }
    for digit in String(magnitude).utf8 { body(digit) }
  }

  private func writePlain(_ body: (UInt8) -> Void) {
    if exponent <= 0 {
      body(0x30)
      body(UInt8(ascii: "."))
      for _ in 0..<(-exponent) { body(0x30) }
      for index in 0..<digitCount { body(digits[index] + 0x30) }
      return
    }
    for index in 0..<max(exponent, digitCount) {
      if index == exponent { body(UInt8(ascii: ".")) }
      body(index < digitCount ? digits[index] + 0x30 : 0x30)
    }
  }
}
