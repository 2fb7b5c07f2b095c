public import Envelope
internal import Platform

extension SealTime {
  /// The time of this call.
  public static var now: SealTime { SealTime(WallClock.timestamp()) ?? .first }
}
