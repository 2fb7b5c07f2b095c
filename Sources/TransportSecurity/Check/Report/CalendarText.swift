/// Times as people write them, in UTC.
public enum CalendarText {
  /// `2027-11-23`.
  public static func date(_ seconds: Int) -> String {
    let (days, _) = seconds.dividedFloor(by: 86_400)
    let (year, month, day) = civil(days)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// `2027-11-23T02:37:33Z` (RFC 3339).
  public static func timestamp(_ seconds: Int) -> String {
    let (_, rest) = seconds.dividedFloor(by: 86_400)
    return "\(date(seconds))T\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):"
      + "\(padded(rest % 60, 2))Z"
  }

  /// The seconds since 1970 of a date, or of a date and time as `timestamp` writes them; nil for
  /// other texts.
  public static func seconds(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    func number(_ start: Int, _ count: Int, _ range: ClosedRange<Int>) -> Int? {
      guard bytes.count >= start + count else { return nil }
      var value = 0
      for byte in bytes[start..<start + count] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      return range.contains(value) ? value : nil
    }
    guard bytes.count == 10 || bytes.count == 20, bytes[4] == 0x2d, bytes[7] == 0x2d,
      let year = number(0, 4, 0...9999), let month = number(5, 2, 1...12),
      let day = number(8, 2, 1...31)
    else { return nil }
    let start = days(year, month, day)
    guard civil(start) == (year, month, day) else { return nil }
    guard bytes.count == 20 else { return start * 86_400 }
    guard bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z"), bytes[13] == 0x3a,
      bytes[16] == 0x3a, let hour = number(11, 2, 0...23), let minute = number(14, 2, 0...59),
      let second = number(17, 2, 0...59)
    else { return nil }
    return start * 86_400 + hour * 3600 + minute * 60 + second
  }

  /// A length of time in the largest unit that fits: `357 days`, `5 hours`.
  public static func span(_ seconds: Int) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    let (length, name) = units.first { seconds >= $0.0 } ?? (1, "second")
    let count = seconds / length
    return "\(count) \(name)\(count == 1 ? "" : "s")"
  }

  private static func padded(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }

  /// Days since 1970-01-01 of a date in the Gregorian calendar; years begin in March, so that the
  /// leap day is the last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = year.dividedFloor(by: 400)
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = (days + 719_468).dividedFloor(by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted + (shifted < 10 ? 3 : -9)
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shifted + 2) / 5 + 1
    )
  }
}

extension Int {
  fileprivate func dividedFloor(by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
