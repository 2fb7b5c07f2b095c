internal import Findings
public import X509

/// The expiry timeline as a page with a picture.
public enum TimelinePage {
  /// More bars would be no picture any more; the table has all.
  private static let maximumBars = 200

  /// The whole page.
  ///
  /// - Throws: `.libraryFailure` when a certificate that was put aside cannot be read.
  public static func text(_ report: CheckReport) throws(X509Error) -> String {
    var rows: [(classes: String, cells: [String])] = []
    for number in 0..<report.rowCount {
      let row = try report.row(number)
      rows.append(
        (
          classes: state(row, report.now),
          cells: [
            CalendarText.date(row.certificate.notAfter), left(row, report.now),
            row.roles.map(\.label).joined(separator: ", "), row.certificate.subject.text,
            row.certificate.issuer.text, row.certificate.publicKey?.label ?? "",
            row.origin.label,
          ]
        ))
    }
    let picture = try picture(report)
    let head = ["expires", "left", "role", "subject", "issuer", "key", "file"]
    return HTMLPage.text(
      title: "Certificates at \(CalendarText.date(report.now))",
      body: """
        <h2>Timeline</h2>
        \(picture)
        <h2>Certificates</h2>
        \(HTMLPage.table(head: head, rows: rows))
        <h2>Findings</h2>
        \(report.findings.isEmpty ? "<p>none</p>" : HTMLPage.findings(report.findings))
        """)
  }

  private static func state(_ row: CertificateRow, _ now: Int) -> String {
    let left = row.certificate.notAfter - now
    return left < 0 ? "bad" : left < 30 * 86_400 ? "soon" : "fine"
  }

  private static func left(_ row: CertificateRow, _ now: Int) -> String {
    let left = row.certificate.notAfter - now
    return left < 0 ? "expired" : CalendarText.span(left)
  }

  /// A bar from beginning to end for each certificate, and a line for the time that was judged at.
  private static func picture(_ report: CheckReport) throws(X509Error) -> String {
    let shown = try report.rows(0..<min(maximumBars, report.rowCount))
    guard let first = shown.map(\.certificate.notBefore).min(),
      let last = shown.map(\.certificate.notAfter).max()
    else { return "<p>no certificate</p>" }
    // Two years to each side say enough of the rest.
    let start = max(min(first, report.now), report.now - 2 * 365 * 86_400)
    let end = min(max(last, report.now + 86_400), report.now + 3 * 365 * 86_400)
    let scale = Scale(start: start, end: end)
    let height = 24 * shown.count + 40
    var lines = [
      "<svg viewBox=\"0 0 1000 \(height)\" width=\"100%\" role=\"img\" "
        + "aria-label=\"expiry timeline\">"
    ]
    for year in scale.years {
      let x = scale.x(year.seconds)
      lines.append(
        "<line x1=\"\(x)\" y1=\"20\" x2=\"\(x)\" y2=\"\(height)\" stroke=\"#8884\"/>"
          + "<text x=\"\(x + 4)\" y=\"14\">\(year.label)</text>")
    }
    for (number, row) in shown.enumerated() {
      lines.append(bar(row, number, scale, report.now))
    }
    let x = scale.x(report.now)
    lines.append(
      "<line x1=\"\(x)\" y1=\"20\" x2=\"\(x)\" y2=\"\(height)\" stroke=\"#c62828\" "
        + "stroke-width=\"2\"/>")
    return (lines + ["</svg>"]).joined(separator: "\n")
  }

  private static func bar(
    _ row: CertificateRow, _ number: Int, _ scale: Scale, _ now: Int
  ) -> String {
    let certificate = row.certificate
    let from = scale.x(certificate.notBefore)
    let to = max(scale.x(certificate.notAfter), from + 3)
    let colour =
      switch state(row, now) {
      case "bad": "#c62828"
      case "soon": "#b26a00"
      default: "#2e7d32"
      }
    let y = 24 * number + 28
    let name = "\(row.role.label): \(certificate.subject.text)"
    let short = name.count > 44 ? "\(name.prefix(43))…" : name
    let title = "\(name), \(row.origin.label), expires \(CalendarText.date(certificate.notAfter))"
    return "<g><title>\(HTMLPage.escaped(title))</title>"
      + "<text x=\"0\" y=\"\(y + 12)\">\(HTMLPage.escaped(short))</text>"
      + "<rect x=\"\(from)\" y=\"\(y)\" width=\"\(to - from)\" height=\"16\" rx=\"3\" "
      + "fill=\"\(colour)\"/></g>"
  }

  /// Times to places from left to right.
  private struct Scale {
    let start: Int
    let end: Int

    private static let left = 320
    private static let width = 670

    func x(_ seconds: Int) -> Int {
      let clamped = min(max(seconds, start), end)
      let span = max(end - start, 1)
      return Scale.left + Int(Double(clamped - start) / Double(span) * Double(Scale.width))
    }

    /// The first days of years within.
    var years: [(seconds: Int, label: String)] {
      let first = Int(CalendarText.date(start).prefix(4)) ?? 1970
      return (first...first + 6).compactMap { year in
        guard let seconds = CalendarText.seconds("\(year)-01-01"), (start...end).contains(seconds)
        else { return nil }
        return (seconds, String(year))
      }
    }
  }
}
