/// Durations as Go's `time.ParseDuration` reads them.
enum GoDuration {
  private static let units: [(name: String, nanoseconds: UInt64)] = [
    ("ns", 1), ("us", 1_000), ("\u{b5}s", 1_000), ("\u{3bc}s", 1_000), ("ms", 1_000_000),
    ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
  ]

  /// Nanoseconds; nil for what is none, or beyond 64 bits.
  static func nanoseconds(_ text: String) -> Int64? {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest = rest.dropFirst() }
    if rest == "0" { return 0 }
    guard !rest.isEmpty else { return nil }
    var total: UInt64 = 0
    while !rest.isEmpty {
      guard let part = takePart(&rest) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow, sum <= 1 << 63 else { return nil }
      total = sum
    }
    if isNegative { return total == 1 << 63 ? .min : -Int64(total) }
    return Int64(exactly: total)
  }

  /// What Go says of a text that is none.
  static func message(_ text: String) -> String {
    let quoted = GoText.quoted(text)
    var rest = Substring(text)
    if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
    while !rest.isEmpty {
      let number = rest.prefix { isDigit($0) || $0 == "." }
      guard !number.isEmpty, number != "." else { break }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0 != "." && !isDigit($0) }
      if unit.isEmpty { return "time: missing unit in duration \(quoted)" }
      if !units.contains(where: { $0.name == unit }) {
        return "time: unknown unit \(GoText.quoted(String(unit))) in duration \(quoted)"
      }
      rest = rest.dropFirst(unit.count)
    }
    return "time: invalid duration \(quoted)"
  }

  /// A number with a unit.
  private static func takePart(_ rest: inout Substring) -> UInt64? {
    let whole = takeDigits(&rest)
    var fraction = Substring()
    if rest.first == "." {
      rest = rest.dropFirst()
      fraction = takeDigits(&rest)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    let name = rest.prefix { $0 != "." && !isDigit($0) }
    guard
      let unit = units.first(where: { $0.name.unicodeScalars.elementsEqual(name.unicodeScalars) })
    else { return nil }
    rest = rest.dropFirst(name.count)
    guard let value = whole.isEmpty ? 0 : UInt64(whole) else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: unit.nanoseconds)
    guard !overflow, product <= 1 << 63 else { return nil }
    // As Go: digits beyond what 63 bits hold are left out.
    var numerator: UInt64 = 0
    var scale = 1.0
    for digit in fraction.utf8 {
      guard numerator <= (1 << 63 - 1) / 10 else { break }
      let next = numerator * 10 + UInt64(digit - 0x30)
      guard next <= 1 << 63 else { break }
      numerator = next
      scale *= 10
    }
    let part = UInt64(Double(numerator) * (Double(unit.nanoseconds) / scale))
    let (sum, tooMuch) = product.addingReportingOverflow(part)
    return tooMuch || sum > 1 << 63 ? nil : sum
  }

  private static func takeDigits(_ rest: inout Substring) -> Substring {
    let digits = rest.prefix { isDigit($0) }
    rest = rest.dropFirst(digits.count)
    return digits
  }

  private static func isDigit(_ character: Character) -> Bool {
    ("0"..."9").contains(character) && character.utf8.count == 1
  }
}
