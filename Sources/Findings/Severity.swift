/// How bad a finding is.
public enum Severity: String, Sendable, CaseIterable, Comparable {
  /// Good to know.
  case info
  /// Not as it should be.
  case low
  /// A weakness.
  case medium
  /// Secrets are at risk.
  case high
  /// Secrets are readable, or the cluster stops.
  case critical

  private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }

  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}
