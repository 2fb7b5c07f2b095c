internal import ArgumentParser
internal import Platform
internal import TransportSecurity

/// A point in time on the command line.
struct TimeArgument: ExpressibleByArgument {
  /// Seconds since 1970.
  let seconds: Int

  init?(argument: String) {
    guard let seconds = CalendarText.seconds(argument) else { return nil }
    self.seconds = seconds
  }

  /// Now.
  static var current: Int { CalendarText.seconds(WallClock.timestamp()) ?? 0 }
}
