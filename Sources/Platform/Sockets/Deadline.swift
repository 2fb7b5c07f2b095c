internal import Glibc

/// A moment on the monotonic clock at which waiting ends.
public struct Deadline: Sendable {
  private let nanoseconds: Int64

  /// So long from now; at once for a negative duration.
  public init(after duration: Duration) {
    let wanted = max(duration, .zero).components
    // Longer than a day is a day: nobody waits for more, and nothing overflows.
    let seconds = min(wanted.seconds, 86_400)
    nanoseconds = Deadline.now + seconds * 1_000_000_000 + wanted.attoseconds / 1_000_000_000
  }

  private init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// How long it is until then; not negative.
  public var remaining: Duration { .nanoseconds(max(0, nanoseconds - Deadline.now)) }

  /// Whether the moment has passed.
  public var isOver: Bool { Deadline.now >= nanoseconds }

  /// The earlier of two.
  public func earlier(_ other: Deadline) -> Deadline {
    Deadline(nanoseconds: min(nanoseconds, other.nanoseconds))
  }

  /// For poll(2): rounded up, so that a wait does not end before the time.
  var milliseconds: Int32 {
    let left = max(0, nanoseconds - Deadline.now)
    return Int32(clamping: (left + 999_999) / 1_000_000)
  }

  private static var now: Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
