internal import Envelope
internal import Findings

/// How old a data key is, as its envelope says.
public enum KeyAge: Sendable, Hashable {
  /// So many days.
  case days(Int)
  /// Its date lies behind tomorrow. A clock may be off by a day, and the days of time zones differ.
  case future
  /// Its date is no day of the calendar.
  case noDay

  init(madeOn time: SealTime, today: CalendarDate) {
    guard let made = CalendarDate(time.text.prefix(10)) else {
      self = .noDay
      return
    }
    let days = today.days(since: made)
    self = days < -1 ? .future : .days(max(0, days))
  }
}
