internal import Findings
internal import Platform
internal import TransportSecurity
internal import Workspace

/// The matrix for people: a table a node, what is not known, findings.
struct CoverageText {
  private let matrix: CoverageMatrix
  private let showsEvidence: Bool
  private let width: Int
  private let usesColour: Bool

  init(_ matrix: CoverageMatrix, showsEvidence: Bool) {
    self.matrix = matrix
    self.showsEvidence = showsEvidence
    width = max(Terminal.width(1) ?? 80, 60)
    usesColour = Terminal.usesColour(1)
  }

  func print() throws(WorkspaceError) {
    for node in Self.distinct(matrix.links.map(\.node)) {
      let links = matrix.links.filter { $0.node == node }
      try Console.print("\(escapedForTerminal(node))\n")
      for line in table(links) { try Console.print(line + "\n") }
      try Console.print(showsEvidence ? links.map(evidence).joined() : unknown(links))
      try Console.print("\n")
    }
    try Console.print(summary + "\n")
    try Console.print(FindingsText.text(matrix.findings, colour: usesColour))
  }

  private static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  // MARK: The table

  private static let headers = ["LINK", "TLS", "SERVER", "CLIENT", "MIN", "ENDS", "VERDICT"]
  private static let verdictColumn = 6

  private func table(_ links: [Link]) -> [String] {
    let rows = [Self.headers] + links.map(row)
    let widths = Self.headers.indices.dropFirst().map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    let longest = rows.map { $0[0].count }.max() ?? 0
    let fixed = widths.reduce(2, +)
    let gap = longest + fixed + 2 * widths.count <= width ? 2 : 1
    let room = max(width - fixed - gap * widths.count, 12)
    let nameWidth = min(longest, room)
    return rows.enumerated().flatMap { index, cells in
      lines(cells, index == 0 ? nil : links[index - 1].verdict, nameWidth, widths, gap)
    }
  }

  /// A row; a name that is too long stands on a line of its own.
  private func lines(
    _ cells: [String], _ verdict: Link.Verdict?, _ nameWidth: Int, _ widths: [Int], _ gap: Int
  ) -> [String] {
    let blank = String(repeating: " ", count: gap)
    var rest = ""
    for (column, width) in zip(cells.indices.dropFirst(), widths) {
      let text = cells[column]
      let isLast = column == Self.verdictColumn
      rest += blank + (isLast ? coloured(text, verdict) : CountTable.pad(text, width))
    }
    let name = cells[0]
    guard name.count > nameWidth else {
      return ["  " + CountTable.pad(name, nameWidth) + rest]
    }
    return ["  " + name, "  " + String(repeating: " ", count: nameWidth) + rest]
  }

  private func row(_ link: Link) -> [String] {
    [
      Self.name(link), link.encrypted.state == .weak ? "no" : Self.mark(link.encrypted),
      Self.mark(link.serverVerified),
      Self.mark(link.clientAuthenticated), Self.floor(link),
      link.expiry.map { CalendarText.date($0) } ?? (link.certificate.state == .unknown ? "?" : "-"),
      link.verdict.rawValue,
    ]
  }

  private static func name(_ link: Link) -> String {
    escapedForTerminal("\(short(link.client)) -> \(short(link.server))")
  }

  private static func short(_ name: String) -> String {
    name.hasPrefix("kube-") ? String(name.dropFirst(5)) : name
  }

  private static func mark(_ cell: LinkCell) -> String {
    switch cell.state {
    case .good: "yes"
    case .weak: "weak"
    case .bad: "NO"
    case .unknown: "?"
    case .none: "-"
    }
  }

  private static func floor(_ link: Link) -> String {
    switch link.floor.state {
    case .none: "-"
    case .unknown: "?"
    default: String(link.floor.text.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "." })
    }
  }

  private func coloured(_ text: String, _ verdict: Link.Verdict?) -> String {
    guard usesColour, let verdict else { return text }
    let code =
      switch verdict {
      case .protected, .local: "32"
      case .weak, .unknown: "33"
      case .exposed, .broken: "31"
      }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }

  // MARK: Below it

  private func unknown(_ links: [Link]) -> String {
    var lines: [String] = []
    for link in links where link.verdict == .unknown {
      let cells = [
        link.encrypted, link.serverVerified, link.clientAuthenticated, link.floor,
      ]
      let reasons = cells.filter { $0.state == .unknown }
        .compactMap { $0.evidence.first.map(Self.shown) }
      lines += FindingsText.wrapped(
        "unknown: \(FindingsText.shown(link.name)): "
          + Self.distinct(reasons).joined(separator: "; "), first: 2, others: 4)
    }
    return lines.isEmpty ? "" : "\n" + lines.joined(separator: "\n") + "\n"
  }

  private func evidence(_ link: Link) -> String {
    var lines = ["", "  \(FindingsText.shown(link.name)): \(link.verdict.rawValue)"]
    for (name, cell) in link.cells where cell.state != .none || !cell.evidence.isEmpty {
      lines += FindingsText.wrapped(
        "\(name): \(FindingsText.shown(cell.text))", first: 4, others: 6)
      for evidence in cell.evidence {
        lines += FindingsText.wrapped(Self.shown(evidence), first: 6, others: 8)
      }
    }
    if let expiry = link.expiry {
      let label = FindingsText.shown(link.expiryLabel ?? "")
      lines += FindingsText.wrapped(
        "ends: \(CalendarText.timestamp(expiry)), \(label)", first: 4, others: 6)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func shown(_ evidence: LinkEvidence) -> String {
    FindingsText.shown(evidence.label)
  }

  private var summary: String {
    let parts = matrix.counts.map { "\($0.count) \($0.verdict.rawValue)" }
    let count = matrix.links.count
    return "\(count) \(count == 1 ? "link" : "links"): \(parts.joined(separator: ", "))"
  }
}
