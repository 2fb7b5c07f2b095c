/// Values as Go shows them in errors.
enum GoText {
  /// As `%q` and `strconv.Quote`.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{07}": result += "\\a"
      case "\u{08}": result += "\\b"
      case "\u{0c}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0b}": result += "\\v"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// As `encoding/json`.
  static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || "<>&\u{2028}\u{2029}".unicodeScalars.contains(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// As a duration: `-1s`, `1m30s`.
  static func duration(_ nanoseconds: Int64) -> String {
    guard nanoseconds != 0 else { return "0s" }
    let magnitude = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    func decimal(_ value: UInt64, _ unit: UInt64) -> String {
      let rest = value % unit
      guard rest != 0 else { return "\(value / unit)" }
      var digits = String(rest + unit).dropFirst()
      while digits.last == "0" { digits = digits.dropLast() }
      return "\(value / unit).\(digits)"
    }
    switch magnitude {
    case ..<1_000: return "\(sign)\(magnitude)ns"
    case ..<1_000_000: return "\(sign)\(decimal(magnitude, 1_000))\u{b5}s"
    case ..<1_000_000_000: return "\(sign)\(decimal(magnitude, 1_000_000))ms"
    default:
      let seconds = magnitude / 1_000_000_000
      var text = ""
      if seconds >= 3600 { text += "\(seconds / 3600)h" }
      if seconds >= 60 { text += "\(seconds / 60 % 60)m" }
      return "\(sign)\(text)\(decimal(magnitude % 60_000_000_000, 1_000_000_000))s"
    }
  }
}
