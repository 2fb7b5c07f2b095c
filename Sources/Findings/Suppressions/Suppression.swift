/// A decision to live with what a rule finds, for a while.
public struct Suppression: Sendable, Hashable {
  /// The rule's name.
  public let rule: String
  /// Why.
  public let reason: String
  /// The last day on which it counts, in UTC.
  public let expires: CalendarDate
  /// The policy that says so.
  public let policy: String
  /// The line there.
  public let line: Int

  /// Makes one.
  public init(rule: String, reason: String, expires: CalendarDate, policy: String, line: Int) {
    self.rule = rule
    self.reason = reason
    self.expires = expires
    self.policy = policy
    self.line = line
  }

  /// Whether it still counts.
  public func isInForce(on today: CalendarDate) -> Bool { today <= expires }
}

/// What is found about suppressions themselves.
public enum SuppressionRules {
  /// See its title.
  public static let expired = Rule(
    "audit/suppression-expired", .low, "A suppression has expired",
    why: "Somebody meant to have mended by now what it covers; the finding counts again.",
    fix: "Mend the finding and take the suppression out, or give it another date with a reason.")

  /// All of them.
  public static let all: [Rule] = [expired]
}
