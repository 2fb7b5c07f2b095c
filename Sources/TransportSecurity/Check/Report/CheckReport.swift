public import Findings

/// What a check found.
public struct CheckReport: Sendable {
  /// The time that was judged at, in seconds since 1970.
  public let now: Int
  /// The files that were read.
  public let files: [String]
  /// Every certificate once, those that expire first in front.
  public let rows: [CertificateRow]
  /// The findings.
  public var findings: [Finding]
}
