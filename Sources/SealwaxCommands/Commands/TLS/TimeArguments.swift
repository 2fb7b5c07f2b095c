internal import ArgumentParser
internal import TransportSecurity

/// A length of time on the command line: `90d`, `12h`, `2w`, `1y`.
struct DurationArgument: ExpressibleByArgument {
  let seconds: Int

  init(seconds: Int) { self.seconds = seconds }

  init?(argument: String) {
    let units: [Character: Int] = [
      "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400,
    ]
    guard let unit = argument.last.flatMap({ units[$0] }),
      let count = Int(argument.dropLast()), (0...1_000_000).contains(count),
      argument.first != "+"
    else { return nil }
    seconds = count * unit
  }

  var defaultValueDescription: String { "\(seconds / 86_400)d" }
}

/// A point in time on the command line.
struct TimeArgument: ExpressibleByArgument {
  private let text: String

  init?(argument: String) {
    let isSpan =
      argument.hasPrefix("+") && DurationArgument(argument: String(argument.dropFirst())) != nil
    guard isSpan || CalendarText.seconds(argument) != nil else { return nil }
    text = argument
  }

  /// In seconds since 1970.
  func seconds(from now: Int) -> Int {
    if let span = DurationArgument(argument: String(text.dropFirst())), text.hasPrefix("+") {
      return now + span.seconds
    }
    return CalendarText.seconds(text) ?? now
  }
}
