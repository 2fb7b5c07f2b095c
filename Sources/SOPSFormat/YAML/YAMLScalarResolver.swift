internal import CryptoCore

/// Which type a scalar of YAML has, as SOPS's parser decides it: YAML 1.2 with octal numbers and dates
/// of 1.1, but truth values in their 1.2 form only.
///
/// It leaves numbers to Go's package strconv. Bars are dropped from what begins with a digit or a
/// sign; behind a leading point they have to stand between digits.
enum YAMLScalarResolver {
  enum Kind: Equatable {
    case null
    case scalar(ScalarType)
    /// An integer above 63 bits, up to 64.
    case tooLarge
    /// A time that is a day or more from UTC.
    case tooFarFromUTC
  }

  private static let nulls: [StaticString] = ["", "~", "null", "Null", "NULL"]
  private static let trues: [StaticString] = ["true", "True", "TRUE"]
  private static let falses: [StaticString] = ["false", "False", "FALSE"]

  /// The kind of a scalar without quotes and tag.
  static func kind(of plain: Span<UInt8>) -> Kind {
    guard mayBeOther(plain) else { return .scalar(.string) }
    var unused = WipedBuffer()
    return append(plain, to: &unused)
  }

  /// Whether a scalar could be anything but a string, as its beginning tells.
  private static func mayBeOther(_ plain: Span<UInt8>) -> Bool {
    guard !plain.isEmpty else { return true }
    switch plain[0] {
    case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"):
      return true
    case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
      UInt8(ascii: "f"), UInt8(ascii: "F"):
      return plain.count <= 5
    default: return false
    }
  }

  /// Whether a text can stand without quotes and still be read as text.
  static func isString(_ plain: Span<UInt8>) -> Bool { kind(of: plain) == .scalar(.string) }

  /// Appends the canonical text of a scalar without quotes and tag, unless it is null.
  static func append(_ plain: Span<UInt8>, to output: inout WipedBuffer) -> Kind {
    guard mayBeOther(plain) else {
      output.append(plain)
      return .scalar(.string)
    }
    if nulls.contains(where: { plain.isSame(as: $0) }) { return .null }
    if trues.contains(where: { plain.isSame(as: $0) }) {
      output.append("True")
      return .scalar(.boolean)
    }
    if falses.contains(where: { plain.isSame(as: $0) }) {
      output.append("False")
      return .scalar(.boolean)
    }
    if let kind = appendNumber(plain, to: &output) { return kind }
    output.append(plain)
    return .scalar(.string)
  }

  /// Appends what begins as a number or a date does; nil when it is none.
  static func appendNumber(_ plain: Span<UInt8>, to output: inout WipedBuffer) -> Kind? {
    guard let first = plain.isEmpty ? nil : plain[0] else { return nil }
    let isNumeric =
      (0x30...0x39).contains(first) || first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
    guard isNumeric || first == UInt8(ascii: ".") else { return nil }
    if let special = special(plain) {
      output.append(special)
      return .scalar(.float)
    }
    if isNumeric, let time = Timestamp(yaml: plain) {
      guard time.isWithinADayOfUTC else { return .tooFarFromUTC }
      output.append(time.bytes(withFraction: true))
      return .scalar(.time)
    }
    guard isNumeric || barsAreBetweenDigits(plain) else { return nil }
    var digits = WipedBuffer(capacity: plain.count)
    for index in plain.indices where plain[index] != bar { digits.append(plain[index]) }
    if isNumeric, let (magnitude, isNegative, isSigned) = integer(digits.bytes) {
      if isNegative ? magnitude > Int.min.magnitude : magnitude > Int.max.magnitude {
        // Above int64 SOPS's parser has a number that SOPS does not take, unless it has a sign: then
        // it is a float.
        return isSigned ? appendFloat(digits.bytes, to: &output) : .tooLarge
      }
      let value =
        magnitude > Int.max.magnitude ? Int.min : isNegative ? -Int(magnitude) : Int(magnitude)
      CanonicalText.appendInteger(value, to: &output)
      return .scalar(.integer)
    }
    return appendFloat(digits.bytes, to: &output)
  }

  private static let bar = UInt8(ascii: "_")

  private static func barsAreBetweenDigits(_ plain: Span<UInt8>) -> Bool {
    func isDigit(_ index: Int) -> Bool {
      plain.indices.contains(index) && (0x30...0x39).contains(plain[index])
    }
    for index in plain.indices where plain[index] == bar {
      guard isDigit(index - 1), isDigit(index + 1) else { return false }
    }
    return true
  }

  private static func appendFloat(_ digits: Span<UInt8>, to output: inout WipedBuffer) -> Kind? {
    guard let number = DecimalNumber(digits) else { return nil }
    number.write(.plain) { output.append($0) }
    return .scalar(.float)
  }

  private static func special(_ plain: Span<UInt8>) -> StaticString? {
    func isOne(of texts: [StaticString]) -> Bool { texts.contains { plain.isSame(as: $0) } }
    if isOne(of: [".nan", ".NaN", ".NAN"]) { return "NaN" }
    if isOne(of: [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"]) { return "+Inf" }
    if isOne(of: ["-.inf", "-.Inf", "-.INF"]) { return "-Inf" }
    return nil
  }

  /// An integer in base 10, or with the prefix of base 2, 8 or 16, of at most 64 bits.
  ///
  /// A sign behind `0b` or `0o`, in small letters and without one before, counts: `0o-7` is -7.
  private static func integer(
    _ text: Span<UInt8>
  ) -> (magnitude: UInt, isNegative: Bool, isSigned: Bool)? {
    guard !text.isEmpty else { return nil }
    var index = 0
    var isNegative = false
    var isSigned = false
    func takeSign() {
      guard index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+")
      else { return }
      isNegative = text[index] == UInt8(ascii: "-")
      isSigned = true
      index += 1
    }
    takeSign()
    var base: UInt = 10
    if index + 1 < text.count, text[index] == 0x30 {
      switch text[index + 1] | 0x20 {
      case UInt8(ascii: "x"): (base, index) = (16, index + 2)
      case UInt8(ascii: "b"): (base, index) = (2, index + 2)
      case UInt8(ascii: "o"): (base, index) = (8, index + 2)
      default: (base, index) = (8, index + 1)
      }
      let isSmall = base != 16 && text[index - 1] >= UInt8(ascii: "a")
      if isSmall, !isSigned { takeSign() }
    }
    guard index < text.count else { return nil }
    var value: UInt = 0
    while index < text.count {
      guard let digit = digit(text[index]), digit < base else { return nil }
      let (product, isOver) = value.multipliedReportingOverflow(by: base)
      let (sum, isBeyond) = product.addingReportingOverflow(digit)
      guard !isOver, !isBeyond else { return nil }
      value = sum
      index += 1
    }
    return (value, isNegative, isSigned)
  }

  private static func digit(_ byte: UInt8) -> UInt? {
    switch byte {
    case 0x30...0x39: UInt(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt(byte) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt(byte) - 0x41 + 10
    default: nil
    }
  }
}
