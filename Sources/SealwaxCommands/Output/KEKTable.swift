internal import Findings
internal import Workspace

/// Key-encryption keys, and how much lies under them.
struct KEKTable {
  private struct Row {
    let id: String
    let entry: ListedKEK?
    let count: KEKCensus.Count

    var state: String { entry?.state.rawValue ?? "not listed" }

    /// Whether somebody has to do something.
    var isNotable: Bool {
      switch entry?.state {
      case .replaced: true
      case .retired: count.secretCount > 0
      case .current, nil: false
      }
    }
  }

  private let today: CalendarDate
  private var census = KEKCensus()
  private var listed: [String] = []
  private var policies: [String: Policy] = [:]
  private var entries: [String: ListedKEK] = [:]

  private static let head = ["KEY-ENCRYPTION KEY", "NAME", "STATE", "AGE", "SECRETS", "FILES"]

  init(today: CalendarDate) { self.today = today }

  /// Adds the keys that a policy, or one around it, lists.
  mutating func add(_ policy: Policy?) {
    guard let policy, policies[policy.path] == nil else { return }
    policies[policy.path] = policy
    for kek in ([policy] + policy.around).flatMap(\.keks) {
      if entries[kek.id] == nil { listed.append(kek.id) }
      // The strictest counts, wherever it stands.
      let known = entries[kek.id]
      if known == nil || known?.state == .current || kek.state == .retired {
        entries[kek.id] = kek
      }
    }
  }

  /// Counts what is in a file.
  mutating func add(_ status: ManifestStatus) { census.add(status) }

  private var rows: [Row] {
    let others = census.keys.filter { entries[$0] == nil }
    return (listed + others).map { id in
      Row(id: id, entry: entries[id], count: census.count(of: id))
    }
  }

  /// Whether there are none.
  var isEmpty: Bool { listed.isEmpty && census.keys.isEmpty }

  /// For people, in columns; nothing when there is no row.
  ///
  /// - Parameter onlyNotable: Whether keys are left out about which nothing is to be done.
  func text(onlyNotable: Bool) -> String {
    let rows = self.rows.filter { !onlyNotable || $0.isNotable }
    guard !rows.isEmpty else { return "" }
    let lines =
      [Self.head]
      + rows.map { row in
        [
          row.id, row.entry?.name ?? "-", row.state,
          row.entry.map { "\(today.days(since: $0.created)) d" } ?? "-",
          "\(row.count.secretCount)", "\(row.count.fileCount)",
        ]
      }
    let widths = Self.head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      let padded = zip(cells, widths).map { CountTable.pad($0, $1) }.joined(separator: "  ")
      return String(padded.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n") + "\n"
  }

  /// The keys that are replaced and under which nothing lies any more.
  var spent: [String] {
    rows.filter { $0.entry?.state == .replaced && $0.count.secretCount == 0 }.map(\.id)
  }

  /// For programs.
  var json: [JSONValue] {
    rows.map { row in
      .object([
        ("key", .string(row.id)), ("name", .optional(row.entry?.name)),
        ("state", row.entry.map { .string($0.state.rawValue) } ?? .null),
        ("created", .optional(row.entry.map { "\($0.created)" })),
        ("age", row.entry.map { .number(today.days(since: $0.created)) } ?? .null),
        ("replacedBy", .optional(row.entry?.replacement)),
        ("retired", .optional(row.entry?.retired.map { "\($0)" })),
        ("secrets", .number(row.count.secretCount)), ("files", .number(row.count.fileCount)),
      ])
    }
  }
}
