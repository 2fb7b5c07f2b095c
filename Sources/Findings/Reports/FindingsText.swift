internal import Platform

/// Findings for people: the worst first, each rule once, in 80 columns.
public enum FindingsText {
  private static let width = 80

  /// A block for each rule, an empty line in front of each.
  ///
  /// - Parameter colour: Whether severities have the colours of a terminal.
  public static func text(_ findings: [Finding], colour: Bool) -> String {
    let suppressed = findings.filter { $0.suppression != nil }
    let findings = findings.filter { $0.suppression == nil }
    var rules: [Rule] = []
    for finding in findings where !rules.contains(finding.rule) { rules.append(finding.rule) }
    let ordered = rules.enumerated().sorted { left, right in
      left.element.severity != right.element.severity
        ? left.element.severity > right.element.severity : left.offset < right.offset
    }
    return ordered.map { block($0.element, findings, colour) }.joined()
      + notes(on: suppressed)
  }

  /// A line for each suppression: what is not shown, and why.
  private static func notes(on suppressed: [Finding]) -> String {
    var counts: [(suppression: Suppression, count: Int)] = []
    for suppression in suppressed.compactMap(\.suppression) {
      if let place = counts.firstIndex(where: { $0.suppression == suppression }) {
        counts[place].count += 1
      } else {
        counts.append((suppression, 1))
      }
    }
    guard !counts.isEmpty else { return "" }
    let lines = counts.flatMap { suppression, count in
      wrapped(
        "suppressed until \(suppression.expires): \(count == 1 ? "a finding" : "\(count) findings")"
          + " of \(suppression.rule): \(shown(suppression.reason)) "
          + "(\(escapedForTerminal(suppression.policy)):\(suppression.line))", first: 0, others: 4)
    }
    return "\n" + lines.joined(separator: "\n") + "\n"
  }

  private static func block(_ rule: Rule, _ findings: [Finding], _ colour: Bool) -> String {
    var lines = ["", "\(mark(rule.severity, colour))  \(rule.title)  [\(rule.id)]"]
    for finding in findings where finding.rule == rule {
      lines += wrapped("\(place(finding))\(shown(finding.message))", first: 2, others: 6)
    }
    lines += details(rule)
    return lines.joined(separator: "\n") + "\n"
  }

  /// Why it matters, what to do, and the controls.
  public static func details(_ rule: Rule) -> [String] {
    wrapped(rule.why, first: 2, others: 2) + wrapped("fix: " + rule.fix, first: 2, others: 7)
      + rule.controls.map { "  \($0.label)" }
  }

  private static func place(_ finding: Finding) -> String {
    guard let file = finding.file else { return "" }
    let shown = file == "-" ? "standard input" : escapedForTerminal(file)
    return finding.line.map { "\(shown):\($0):\(finding.column ?? 1): " } ?? "\(shown): "
  }

  private static func mark(_ severity: Severity, _ colour: Bool) -> String {
    let word = severity.rawValue
    guard colour else { return word }
    let code = severity >= .high ? "31" : severity == .medium ? "33" : "36"
    return "\u{1b}[\(code)m\(word)\u{1b}[0m"
  }

  /// A message from a file, without what a terminal would obey; quotes stay.
  public static func shown(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.isShowable {
        result.unicodeScalars.append(scalar)
      } else {
        result += escapedForTerminal(String(scalar))
      }
    }
    return result
  }

  /// A text in lines with so many blanks in front of the first and the others.
  public static func wrapped(_ text: String, first: Int, others: Int) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: first)
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: others)
        isEmpty = true
      }
      line += isEmpty ? word : " " + word
      isEmpty = false
    }
    return lines + [line]
  }
}
