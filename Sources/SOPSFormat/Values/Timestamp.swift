/// A point in time as RFC 3339 writes it, with the offset it was written with.
public struct Timestamp: Sendable, Hashable {
  private var year: Int
  private var month: Int
  private var day: Int
  private var hour: Int
  private var minute: Int
  private var second: Int
  /// Digits of the second's fraction without zeros at the end.
  private var fraction: [UInt8]
  /// From UTC, in minutes.
  private var offset: Int

  /// Reads RFC 3339, for instance `2026-11-23T04:20:55Z`; nil for anything else.
  public init?(_ text: String) { self.init(strict: Array(text.utf8).span) }

  /// The time so many seconds after the beginning of 1970, in UTC.
  public init(secondsSince1970 seconds: Int64) {
    let days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
    let rest = Int(seconds - days * 86_400)
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    // Civil date from days: eras of 400 years, years that begin in March.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    fraction = []
    offset = 0
  }

  /// Exactly RFC 3339: two digits for all but the year, a zone.
  init?(strict text: Span<UInt8>) {
    self.init(text, isStrict: true)
    // A comma is for the readers below only.
    for index in text.indices where text[index] == UInt8(ascii: ",") { return nil }
  }

  /// As SOPS takes it in YAML.
  ///
  /// Fields of one digit, a small `t`, a date alone, spaces and no zone. It takes zones up to
  /// `+24:60`.
  init?(yaml text: Span<UInt8>) {
    guard text.count > 4, text[4] == UInt8(ascii: "-") else { return nil }
    self.init(text, isStrict: false)
  }

  private init?(_ text: Span<UInt8>, isStrict: Bool) {
    var index = 0
    guard let year = Self.number(4, exactly: true, text, &index),
      Self.take(UInt8(ascii: "-"), text, &index),
      let month = Self.number(2, exactly: isStrict, text, &index),
      Self.take(UInt8(ascii: "-"), text, &index),
      let day = Self.number(2, exactly: isStrict, text, &index), (1...12).contains(month),
      (1...Self.days(in: month, of: year)).contains(day)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    (hour, minute, second, fraction, offset) = (0, 0, 0, [], 0)
    if index == text.count, !isStrict { return }
    let isSpaced = !isStrict && Self.byte(text, index) == 0x20
    guard
      isSpaced || Self.byte(text, index) == UInt8(ascii: "T")
        || (!isStrict && Self.byte(text, index) == UInt8(ascii: "t"))
    else { return nil }
    index += 1
    while isSpaced, Self.byte(text, index) == 0x20 { index += 1 }
    guard let hour = Self.number(2, exactly: isStrict, text, &index),
      Self.take(UInt8(ascii: ":"), text, &index),
      let minute = Self.number(2, exactly: isStrict, text, &index),
      Self.take(UInt8(ascii: ":"), text, &index),
      let second = Self.number(2, exactly: isStrict, text, &index), hour < 24, minute < 60,
      second < 60
    else { return nil }
    (self.hour, self.minute, self.second) = (hour, minute, second)
    if Self.take(UInt8(ascii: "."), text, &index) || Self.take(UInt8(ascii: ","), text, &index) {
      let start = index
      while let digit = Self.byte(text, index), (0x30...0x39).contains(digit) {
        if fraction.count < 9 { fraction.append(digit) }
        index += 1
      }
      guard index > start else { return nil }
      while fraction.last == 0x30 { fraction.removeLast() }
    }
    if isSpaced {
      guard index == text.count else { return nil }
      return
    }
    if !Self.take(UInt8(ascii: "Z"), text, &index) {
      let isWest = Self.byte(text, index) == UInt8(ascii: "-")
      guard isWest || Self.byte(text, index) == UInt8(ascii: "+") else { return nil }
      index += 1
      guard let hours = Self.number(2, exactly: true, text, &index),
        Self.take(UInt8(ascii: ":"), text, &index),
        let minutes = Self.number(2, exactly: true, text, &index),
        hours < (isStrict ? 24 : 25), minutes < (isStrict ? 60 : 61)
      else { return nil }
      offset = (hours * 60 + minutes) * (isWest ? -1 : 1)
    }
    guard index == text.count else { return nil }
  }

  /// Whether RFC 3339 can write its offset.
  var isWithinADayOfUTC: Bool { abs(offset) < 1440 }

  private static func byte(_ text: Span<UInt8>, _ index: Int) -> UInt8? {
    index < text.count ? text[index] : nil
  }

  private static func take(_ wanted: UInt8, _ text: Span<UInt8>, _ index: inout Int) -> Bool {
    guard byte(text, index) == wanted else { return false }
    index += 1
    return true
  }

  /// Takes a number of so many digits, or of fewer, but one, when it need not be exact.
  private static func number(
    _ count: Int, exactly: Bool, _ text: Span<UInt8>, _ index: inout Int
  ) -> Int? {
    var value = 0
    let start = index
    while index - start < count, let digit = byte(text, index), (0x30...0x39).contains(digit) {
      value = value * 10 + Int(digit) - 0x30
      index += 1
    }
    return index - start == count || (!exactly && index > start) ? value : nil
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The time in RFC 3339.
  public func text(withFraction: Bool) -> String {
    String(decoding: bytes(withFraction: withFraction), as: UTF8.self)
  }

  func bytes(withFraction: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    func append(_ value: Int, _ count: Int, _ mark: Unicode.Scalar? = nil) {
      let value = value.magnitude
      var divisor: UInt = 1
      for _ in 1..<count { divisor *= 10 }
      while value / divisor >= 10 { divisor *= 10 }
      while divisor > 0 {
        bytes.append(0x30 + UInt8(value / divisor % 10))
        divisor /= 10
      }
      if let mark { bytes.append(UInt8(ascii: mark)) }
    }
    append(year, 4, "-")
    append(month, 2, "-")
    append(day, 2, "T")
    append(hour, 2, ":")
    append(minute, 2, ":")
    append(second, 2)
    if withFraction, !fraction.isEmpty { bytes += [UInt8(ascii: ".")] + fraction }
    guard offset != 0 else { return bytes + [UInt8(ascii: "Z")] }
    bytes.append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    append(abs(offset) / 60, 2, ":")
    append(abs(offset) % 60, 2)
    return bytes
  }
}
