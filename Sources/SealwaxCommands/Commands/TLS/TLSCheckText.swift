internal import Findings
internal import Platform
internal import TransportSecurity
internal import X509

/// What `tls check` says to people.
enum TLSCheckText {
  private static let shownRows = 40

  static func text(
    _ report: CheckReport, plan: RenewalPlan?, showsAll: Bool
  ) throws(X509Error) -> String {
    var text = head(report)
    let shown = showsAll ? report.rowCount : min(shownRows, report.rowCount)
    var rows: [[String]] = []
    for number in 0..<shown { rows.append(row(try report.row(number), report.now)) }
    text += table(rows)
    let rest = report.rowCount - shown
    if rest > 0 { text += "and \(rest) more, which expire later (--all)\n" }
    text += FindingsText.text(report.findings, colour: Terminal.usesColour(1))
    if let plan { text += "\n" + steps(plan) }
    return text
  }

  private static func head(_ report: CheckReport) -> String {
    "\(Plural.of(report.rowCount, "certificate")), \(report.authorityCount) of authorities, in "
      + "\(Plural.of(report.files.count, "file")), at \(CalendarText.timestamp(report.now))\n"
  }

  private static func row(_ row: CertificateRow, _ now: Int) -> [String] {
    let certificate = row.certificate
    let left = certificate.notAfter - now
    let subject = certificate.subject.isEmpty ? "-" : certificate.subject.text
    return [
      CalendarText.date(certificate.notAfter),
      left < 0 ? "EXPIRED" : CalendarText.span(left),
      row.roles.map(\.label).joined(separator: ", "),
      clipped(FindingsText.shown(subject)), escapedForTerminal(row.origin.label),
    ]
  }

  private static func clipped(_ text: String) -> String {
    text.count > 60 ? "\(text.prefix(57))..." : text
  }

  private static func table(_ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let rows = [["EXPIRES", "LEFT", "ROLE", "SUBJECT", "FILE"]] + rows
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { text, width in
        text + String(repeating: " ", count: max(0, width - text.count))
      }
      return trimmed(cells.joined(separator: "  ")) + "\n"
    }.joined()
  }

  private static func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line = line.dropLast() }
    return String(line)
  }

  private static func steps(_ plan: RenewalPlan) -> String {
    guard !plan.steps.isEmpty else { return "renewal: nothing expires within a year\n" }
    var lines = ["renewal, in this order:"]
    for (number, step) in plan.steps.enumerated() {
      let end = CalendarText.date(step.notAfter)
      let state = step.isExpired ? "expired on \(end)" : "expires on \(end)"
      lines += FindingsText.wrapped(
        "\(number + 1). \(step.role.label), \(escapedForTerminal(step.origin.label)): "
          + state, first: 2, others: 5)
      lines += FindingsText.wrapped(
        FindingsText.shown(step.action), first: 5, others: 5)
      if !step.restarts.isEmpty {
        lines += FindingsText.wrapped(
          "restart: " + step.restarts.joined(separator: "; "), first: 5, others: 5)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
