/// Counts of things, a line for each: "secrets     12  PLAINTEXT".
struct CountTable {
  private struct Row: Hashable {
    let rank: Int
    let name: String
    let kind: String
  }

  private var counts: [Row: Int] = [:]

  /// Names beyond this are not lined up.
  private static let maximumWidth = 48

  /// Adds to a line; lines come by rank, name and kind.
  mutating func add(_ count: Int, _ name: String, _ kind: String, rank: Int) {
    counts[Row(rank: rank, name: name, kind: kind), default: 0] += count
  }

  /// The lines.
  var lines: [String] {
    let rows = counts.sorted {
      ($0.key.rank, $0.key.name, $0.key.kind) < ($1.key.rank, $1.key.name, $1.key.kind)
    }
    let width = min(rows.map(\.key.name.count).max() ?? 0, Self.maximumWidth)
    let digits = rows.map { String($0.value).count }.max() ?? 0
    return rows.map { row, count in
      let number = String(count)
      let gap = String(repeating: " ", count: digits - number.count)
      return Self.pad(row.name, width) + "  " + gap + number + "  " + row.kind
    }
  }

  /// A text with spaces behind it.
  static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}
