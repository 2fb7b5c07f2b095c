internal import Platform
public import SOPSFormat

extension Timestamp {
  /// The time of this call, to the second.
  public static var now: Timestamp {
    Timestamp(secondsSince1970: Int64(clamping: WallClock.seconds()))
  }
}
