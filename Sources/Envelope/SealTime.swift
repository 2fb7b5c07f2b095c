/// When a data key was made, in UTC and to the second: `2026-11-26T08:15:00Z` (RFC 3339).
public struct SealTime: Sendable, Hashable, Comparable {
  /// The text.
  public let text: String

  /// Takes a text of exactly this form; nil for any other, and for a month 13 or an hour 24.
  ///
  /// That a month has so many days is not looked at.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == Self.pattern.count else { return nil }
    for (byte, pattern) in zip(bytes, Self.pattern) {
      let isDigit = (0x30...0x39).contains(byte)
      guard pattern == UInt8(ascii: "0") ? isDigit : byte == pattern else { return nil }
    }
    func number(_ offset: Int) -> Int {
      Int(bytes[offset] - 0x30) * 10 + Int(bytes[offset + 1] - 0x30)
    }
    guard (1...12).contains(number(5)), (1...31).contains(number(8)), number(11) < 24,
      number(14) < 60, number(17) < 60
    else { return nil }
    self.text = text
  }

  /// The beginning of 1970.
  public static let first = SealTime(unchecked: "1970-01-01T00:00:00Z")

  private init(unchecked text: String) { self.text = text }

  private static let pattern = Array("0000-00-00T00:00:00Z".utf8)

  /// Whether it is not before one time, and not after another one.
  public func isBetween(_ first: SealTime, _ last: SealTime?) -> Bool {
    guard let last else { return self >= first }
    return self >= first && self <= last
  }

  public static func < (left: SealTime, right: SealTime) -> Bool { left.text < right.text }
}
