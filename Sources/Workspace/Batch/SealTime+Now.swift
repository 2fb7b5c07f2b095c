public import Envelope
internal import Platform

extension SealTime {
  /// The time of this call.
  public static var now: SealTime { SealTime(WallClock.timestamp()) ?? .first }

  /// A day later: the last time that a date can be of, as clocks may be off.
  public static var tomorrow: SealTime {
    SealTime(WallClock.timestamp(of: WallClock.seconds() + 86_400)) ?? .now
  }
}
