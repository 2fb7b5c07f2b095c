internal import Findings

/// Findings without repetition: of the same rule, place and message one is enough.
struct FindingSet {
  private(set) var findings: [Finding] = []
  private var seen: Set<String> = []

  mutating func add(_ rule: Rule, _ message: String, at origin: Origin) {
    add(rule, message, file: origin.file, line: origin.line, column: origin.column)
  }

  /// Whether a rule found something in a file as a whole.
  func has(_ rule: Rule, _ file: String) -> Bool {
    findings.contains { $0.rule.id == rule.id && $0.file == file }
  }

  mutating func add(_ finding: Finding) {
    add(
      finding.rule, finding.message, file: finding.file ?? "", line: finding.line,
      column: finding.column)
  }

  mutating func add(
    _ rule: Rule, _ message: String, file: String, line: Int? = nil, column: Int? = nil
  ) {
    let key = "\(rule.id)\u{0}\(file)\u{0}\(line ?? 0)\u{0}\(message)"
    guard seen.insert(key).inserted else { return }
    findings.append(Finding(rule, message, file: file, line: line, column: column))
  }
}
