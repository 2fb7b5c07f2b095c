/// How many objects have each verdict.
public struct VerdictCounts: Sendable {
  private var counts = InlineArray<16, Int>(repeating: 0)

  /// How many have a verdict.
  public internal(set) subscript(verdict: Verdict) -> Int {
    get { counts[verdict.rawValue] }
    set { counts[verdict.rawValue] = newValue }
  }

  /// How many there are in all.
  public var total: Int { Verdict.allCases.reduce(0) { $0 + self[$1] } }

  /// The verdicts that some have, and how many.
  public var present: [(verdict: Verdict, count: Int)] {
    Verdict.allCases.compactMap { self[$0] > 0 ? ($0, self[$0]) : nil }
  }

  mutating func add(_ other: VerdictCounts) {
    for verdict in Verdict.allCases { self[verdict] += other[verdict] }
  }
}
