/// How certificates are judged.
public struct CheckOptions: Sendable {
  /// The time they are judged at, in seconds since 1970.
  public var now: Int
  /// How long before its end a certificate counts as expiring soon, in seconds.
  public var warning = 30 * 86_400
  /// Whose files are fine besides root's: the user's who runs this.
  public var user: UInt32

  /// Judges at a time, with 30 days of warning.
  public init(now: Int, user: UInt32) {
    self.now = now
    self.user = user
  }

  /// The longest that a certificate may be valid, in seconds: three years (Kubernetes' Security
  /// Checklist), and a day for the clocks.
  static let maximumLifetime = (3 * 365 + 2) * 86_400
}
