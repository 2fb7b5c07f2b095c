/// A day of the Gregorian calendar.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  private let year: Int
  private let month: Int
  private let day: Int

  /// Reads `2027-01-31` (RFC 3339, full-date); nil for anything else, and for days that no month has.
  public init?(_ text: some StringProtocol) {
    let parts = text.utf8.split(separator: 0x2d, omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2] else { return nil }
    let numbers = parts.compactMap { part in
      part.allSatisfy { (0x30...0x39).contains($0) }
        ? Int(String(decoding: part, as: UTF8.self)) : nil
    }
    guard numbers.count == 3, (1...12).contains(numbers[1]) else { return nil }
    (year, month, day) = (numbers[0], numbers[1], numbers[2])
    guard (1...Self.lengths(year)[month - 1]).contains(day) else { return nil }
  }

  /// A day after every other one.
  public static let distantFuture = CalendarDate(year: 9999, month: 12, day: 31)

  private init(year: Int, month: Int, day: Int) {
    (self.year, self.month, self.day) = (year, month, day)
  }

  private static func lengths(_ year: Int) -> [Int] {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  }

  /// How many days lie between an earlier day and this one.
  public func days(since other: CalendarDate) -> Int { number - other.number }

  /// Days since a first of March, from which on a year's months have the same lengths but for the
  /// last.
  private var number: Int {
    let shifted = month > 2 ? (year, month - 3) : (year - 1, month + 9)
    return shifted.0 * 365 + shifted.0 / 4 - shifted.0 / 100 + shifted.0 / 400
      + (shifted.1 * 153 + 2) / 5 + day
  }

  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  public var description: String {
    let digits = [(year, 4), (month, 2), (day, 2)].map { number, count in
      String(repeating: "0", count: max(0, count - String(number).count)) + String(number)
    }
    return digits.joined(separator: "-")
  }
}
