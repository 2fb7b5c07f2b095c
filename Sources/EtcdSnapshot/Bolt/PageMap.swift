/// Which pages of a file are in use; each may be reached only once.
struct PageMap: Sendable {
  private var words: [UInt64]
  let count: Int

  /// All pages free.
  init(count: Int) {
    self.count = count
    words = Array(repeating: 0, count: (count + 63) / 64)
  }

  /// Whether a page is in use.
  func contains(_ page: Int) -> Bool { words[page >> 6] >> UInt64(page & 63) & 1 == 1 }

  /// Takes pages into use; false when one of them is already.
  mutating func insert(_ pages: Range<Int>) -> Bool {
    for page in pages {
      let bit: UInt64 = 1 << UInt64(page & 63)
      if words[page >> 6] & bit != 0 { return false }
      words[page >> 6] |= bit
    }
    return true
  }

  /// How many are in use.
  var usedCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// The runs of pages that are not in use, in order, each at most `limit` pages long.
  func freeRuns(limit: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var page = 0
    while page < count {
      if contains(page) {
        page += 1
        continue
      }
      let start = page
      while page < count, page - start < limit, !contains(page) { page += 1 }
      runs.append(start..<page)
    }
    return runs
  }
}
