internal import COpenSSL
internal import Glibc

/// Times of certificates as seconds since 1970.
enum ASN1Time {
  /// The seconds since 1970 of a time; nil when it is none.
  ///
  /// Dates from the year 0 to 9999, all in the Gregorian calendar and without leap seconds.
  static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int? {
    var parts = unsafe tm()
    guard let time = unsafe time, unsafe ASN1_TIME_to_tm(time, &parts) == 1 else {
      ERR_clear_error()
      return nil
    }
    let days = unsafe Self.days(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
    return unsafe days * 86_400 + Int(parts.tm_hour) * 3600 + Int(parts.tm_min) * 60
      + Int(parts.tm_sec)
  }

  /// Days since 1970-01-01 of a date in the Gregorian calendar.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    // Years begin in March, so that the leap day is the last.
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
