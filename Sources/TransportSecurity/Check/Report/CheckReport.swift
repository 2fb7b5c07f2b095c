public import Findings
public import X509

/// What a check found.
public struct CheckReport: Sendable {
  /// The time that was judged at, in seconds since 1970.
  public let now: Int
  /// The files that were read.
  public let files: [String]
  /// The findings.
  public var findings: [Finding]
  let check: TransportCheck

  /// How many certificates there are, each counted once.
  public var rowCount: Int { check.rowCount }

  /// How many of them are authorities'.
  public var authorityCount: Int { check.authorityCount }

  /// The certificates that expire before a time, in seconds since 1970, by their numbers.
  public func rowNumbers(endingBefore time: Int) -> Range<Int> {
    0..<((0..<rowCount).first { check.end($0) >= time } ?? rowCount)
  }

  /// A certificate by its number; those that expire first are in front.
  ///
  /// It is judged anew: rows of many certificates would fill the memory.
  ///
  /// - Throws: `.libraryFailure` when what was put aside cannot be read.
  public func row(_ number: Int) throws(X509Error) -> CertificateRow { try check.row(number) }

  /// Some certificates by their numbers.
  ///
  /// - Throws: `.libraryFailure` when what was put aside cannot be read.
  public func rows(_ numbers: Range<Int>) throws(X509Error) -> [CertificateRow] {
    var rows: [CertificateRow] = []
    for number in numbers { rows.append(try row(number)) }
    return rows
  }
}
