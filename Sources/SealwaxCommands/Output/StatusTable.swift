internal import ArgumentParser
internal import Envelope
internal import Findings
internal import Manifest
internal import Platform
internal import Workspace
internal import YAMLSource

/// Secrets as the rows of a table.
struct StatusTable {
  /// What the rows are ordered by.
  enum Order: String, ExpressibleByArgument, CaseIterable {
    /// As they were found.
    case file
    /// Namespace and name.
    case name
    /// The oldest data keys first.
    case age
    /// What is not in order first.
    case state
  }

  private struct Row {
    let name: String
    let state: String
    let recipients: String
    let age: KeyAge?
    let signatures: String
    let place: String
    let isFine: Bool
    let problems: [String]

    private var shownAge: String {
      switch age {
      case .days(let count): "\(count) d"
      case .future: "future"
      case .noDay: "no day"
      case nil: "-"
      }
    }

    /// What has no age counts as old, and what has no key as younger than all.
    var ageInDays: Int {
      switch age {
      case .days(let count): count
      case .future, .noDay: .max
      case nil: -1
      }
    }

    var cells: [String] {
      [name, state, recipients, shownAge, signatures, place]
    }
  }

  private static let head = ["SECRET", "STATE", "RECIPIENTS", "KEY", "SIGNED", "FILE"]
  private var rows: [Row] = []

  /// Adds the Secrets of a file.
  ///
  /// - Parameters:
  ///   - judge: What tells the age of keys.
  ///   - findings: What is not as the policy says.
  mutating func add(_ status: ManifestStatus, _ judge: PolicyJudge, _ findings: [Finding]) {
    if let sops = status.sops { rows.append(Self.row(sops, path: status.path, findings)) }
    for unit in status.units {
      let own = findings.filter { $0.line == unit.position.line }
      rows.append(Self.row(unit, path: status.path, judge, own))
    }
  }

  private static func row(
    _ unit: UnitStatus, path: String, _ judge: PolicyJudge, _ findings: [Finding]
  ) -> Row {
    let isEmpty = !unit.isSealed && unit.entries.isEmpty
    let state =
      isEmpty
      ? "empty"
      : !unit.isSealed
        ? "PLAINTEXT"
        : !unit.problems.isEmpty ? "BROKEN" : findings.isEmpty ? "sealed" : "policy"
    let recipients = unit.envelope?.recipients.map(\.recipient.label) ?? []
    let signatures = unit.signatures.map { $0.isValid ? "yes" : "INVALID" }
    return Row(
      name: "\(unit.identity.namespace)/\(unit.identity.name)", state: state,
      recipients: recipients.isEmpty ? "-" : recipients.joined(separator: ", "),
      age: unit.envelope.map { judge.age(of: $0) },
      signatures: signatures.isEmpty ? "-" : signatures.joined(separator: ", "),
      place: "\(path == "-" ? "standard input" : path):\(unit.position.line)",
      isFine: state == "sealed" || isEmpty,
      problems: unit.problems.map(\.message) + findings.map(\.message))
  }

  private static func row(
    _ sops: SOPSFileStatus, path: String, _ findings: [Finding]
  ) -> Row {
    let departures = sops.departures + findings.map(\.message)
    let state = !sops.problems.isEmpty ? "BROKEN" : departures.isEmpty ? "sops" : "policy"
    let recipients = sops.recipients.map { recipient in
      let text = recipient.text.utf8.count > 32 ? "\(recipient.text.prefix(29))..." : recipient.text
      return recipient.backend == "age" ? text : "\(recipient.backend) \(text)"
    }
    return Row(
      name: "(\(sops.store))", state: state,
      recipients: recipients.isEmpty ? "-" : recipients.joined(separator: ", "), age: nil,
      signatures: "-", place: path == "-" ? "standard input" : path, isFine: state == "sops",
      problems: sops.problems.map(\.message) + departures)
  }

  private func sorted(_ order: Order) -> [Row] {
    switch order {
    case .file: rows
    case .name: stable { $0.name < $1.name }
    case .age: stable { $0.ageInDays > $1.ageInDays }
    case .state: stable { !$0.isFine && $1.isFine }
    }
  }

  private func stable(_ isBefore: (Row, Row) -> Bool) -> [Row] {
    rows.enumerated().sorted { left, right in
      isBefore(left.element, right.element)
        || (!isBefore(right.element, left.element) && left.offset < right.offset)
    }.map(\.element)
  }

  /// For people, in columns.
  func text(_ order: Order) -> String {
    let lines = [Self.head] + sorted(order).map { $0.cells.map { Console.label($0) } }
    let widths = Self.head.indices.map { column in
      min(lines.map { $0[column].count }.max() ?? 0, 48)
    }
    return lines.map { cells in
      let padded = zip(cells, widths).map { CountTable.pad($0, $1) }.joined(separator: "  ")
      return String(padded.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n") + "\n"
  }

  /// A page that needs no other file.
  func page(_ order: Order) -> String {
    let rows = sorted(order)
    let bad = rows.count { !$0.isFine }
    let table = HTMLPage.table(
      head: Self.head.map { $0.lowercased() } + ["what is wrong"],
      rows: rows.map { row in
        (
          classes: row.isFine ? "fine" : "high",
          cells: row.cells + [row.problems.joined(separator: "; ")]
        )
      })
    return HTMLPage.text(
      title: "Sealed Secrets at \(WallClock.timestamp().prefix(10))",
      body: "<p>\(Plural.of(rows.count, "Secret")), \(bad) not in order</p>\n\(table)")
  }
}
