internal import ControlPlane
internal import Findings

/// The matrix as a page: every cell with what it rests on.
public enum CoveragePage {
  /// The whole page.
  public static func text(_ matrix: CoverageMatrix) -> String {
    var body = "<style>\n\(style)\n</style>\n<p>\(HTMLPage.escaped(summary(matrix)))</p>\n"
    var names: [String] = []
    for link in matrix.links where !names.contains(link.node) { names.append(link.node) }
    for name in names {
      let rows = matrix.links.filter { $0.node == name }.map(row).joined(separator: "\n")
      body += """
        <h2>\(HTMLPage.escaped(name))</h2>
        <table class="matrix">
        <thead><tr><th>link</th><th>encrypted</th><th>server verified</th>\
        <th>client authenticated</th><th>protocol and ciphers</th><th>certificate</th>\
        <th>ends first</th><th>verdict</th></tr></thead>
        <tbody>
        \(rows)
        </tbody>
        </table>

        """
    }
    if !matrix.findings.isEmpty {
      body += "<h2>Findings</h2>\n" + HTMLPage.findings(matrix.findings)
    }
    return HTMLPage.text(title: "Encryption in transit: link by link", body: body)
  }

  private static func summary(_ matrix: CoverageMatrix) -> String {
    let parts = matrix.counts.map { "\($0.count) \($0.verdict.rawValue)" }
    return "\(matrix.links.count) links: \(parts.joined(separator: ", "))."
  }

  private static func row(_ link: Link) -> String {
    let cells = link.cells.map { self.cell($0.cell) }.joined()
    let end = link.expiry.map { CalendarText.date($0) } ?? ""
    let label = HTMLPage.escaped(link.expiryLabel ?? "")
    return "<tr><td>\(HTMLPage.escaped(link.name))</td>\(cells)"
      + "<td>\(end)<small>\(label)</small></td>"
      + "<td class=\"\(mark(link.verdict))\">\(link.verdict.rawValue)</td></tr>"
  }

  private static func cell(_ cell: LinkCell) -> String {
    let evidence = cell.evidence.map { "<small>\(HTMLPage.escaped($0.label))</small>" }.joined()
    return "<td class=\"\(mark(cell.state))\">\(HTMLPage.escaped(cell.text))\(evidence)</td>"
  }

  private static func mark(_ state: LinkCell.State) -> String {
    switch state {
    case .good: "fine"
    case .weak, .unknown: "soon"
    case .bad: "bad"
    case .none: ""
    }
  }

  private static func mark(_ verdict: Link.Verdict) -> String {
    switch verdict {
    case .protected, .local: "fine"
    case .weak, .unknown: "soon"
    case .exposed, .broken: "bad"
    }
  }

  private static let style = """
    .matrix { font-size: 0.8rem; }
    .matrix small { display: block; color: #777; font-weight: 400; }
    """
}
