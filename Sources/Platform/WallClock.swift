internal import Glibc

/// The time of day.
public enum WallClock {
  /// Seconds since 1970.
  public static func seconds() -> Int { time(nil) }

  /// Waits, less when a signal comes.
  public static func pause(milliseconds: Int) {
    usleep(UInt32(clamping: milliseconds * 1000))
  }

  /// A time, or now, in UTC and to the second: `2026-01-31T08:15:00Z` (RFC 3339).
  ///
  /// - Parameter seconds: Since 1970.
  public static func timestamp(of seconds: Int? = nil) -> String {
    var seconds = seconds ?? time(nil)
    var parts = unsafe tm()
    _ = unsafe gmtime_r(&seconds, &parts)
    func digits(_ number: Int32, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
    return unsafe digits(parts.tm_year + 1900, 4) + "-" + digits(parts.tm_mon + 1, 2) + "-"
      + digits(parts.tm_mday, 2) + "T" + digits(parts.tm_hour, 2) + ":" + digits(parts.tm_min, 2)
      + ":" + digits(parts.tm_sec, 2) + "Z"
  }
}
