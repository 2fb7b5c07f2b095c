public import Envelope
public import Findings
public import YAMLSource

/// Something that does not belong into a repository.
public struct ScanFinding: Sendable {
  /// The rule.
  public let rule: Rule
  /// What was seen: lower case, no full stop, no byte of a value.
  public let message: String
  /// Where; nil for the file as a whole.
  public let position: SourcePosition?

  /// Makes one.
  public init(rule: Rule, message: String, position: SourcePosition?) {
    self.rule = rule
    self.message = message
    self.position = position
  }

  /// The same in a text that has more lines in front.
  public func moved(byLines count: Int) -> ScanFinding {
    ScanFinding(
      rule: rule, message: message,
      position: position.map {
        SourcePosition(offset: $0.offset, line: $0.line + count, column: $0.column)
      })
  }
}

/// What one file shows without a key.
public struct ScanResult: Sendable {
  /// What is wrong, in the order of the text.
  public internal(set) var findings: [ScanFinding] = []
  /// The sealed Secrets of which the envelope can be read, for the policy.
  public internal(set) var sealedUnits: [UnitStatus] = []
  /// The age recipients of a SOPS file, for the policy; nil when it is none.
  public internal(set) var sopsRecipients: [String]?
  /// Where the first Secret stands that has values of its own, sealed or not; nil without one.
  public internal(set) var firstSecret: SourcePosition?

  /// Nothing found.
  public init() {}

  /// Adds a finding behind the others.
  public mutating func add(_ finding: ScanFinding) { findings.append(finding) }
}

/// Where the text that is being read stands in the file.
struct Placement {
  /// The text is the file.
  static let file = Placement(
    base: SourcePosition(offset: 0, line: 1, column: 1), keepsLines: true, margin: 0, depth: 0)

  /// Where the text begins.
  let base: SourcePosition
  /// Whether its lines are lines of the file; else everything in it stands where it begins.
  let keepsLines: Bool
  /// How far its lines behind the first are moved to the right, in columns.
  var margin = 0
  /// How many texts it is in.
  let depth: Int

  /// A position of the text as one of the file.
  func place(_ inner: SourcePosition) -> SourcePosition {
    guard keepsLines else { return base }
    let shift = inner.line == 1 ? base.column - 1 : margin
    return SourcePosition(
      offset: base.offset + inner.offset, line: base.line + inner.line - 1,
      column: inner.column + shift)
  }
}
