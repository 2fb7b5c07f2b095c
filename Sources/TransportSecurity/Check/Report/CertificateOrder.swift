internal import X509

/// Every certificate once, those that expire first in front, with the places of its copies.
struct CertificateOrder: Sendable {
  private struct Entry: Sendable {
    let first: Inventory.Position
    var copies: Range<Int> = 0..<0
  }

  private var entries: [Entry] = []
  /// The copies of all, those of one certificate beside each other.
  private let copies: [Inventory.Position]
  private let firsts: Set<Inventory.Position>

  init(_ inventory: Inventory) {
    var places: [Fingerprint: Inventory.Position] = [:]
    var copies: [(of: Inventory.Position, at: Inventory.Position)] = []
    // What is a file of its own comes before what is embedded.
    for position in inventory.positions {
      let fingerprint = inventory.kept(position).fingerprint
      if let first = places[fingerprint] {
        copies.append((first, position))
      } else {
        places[fingerprint] = position
        entries.append(Entry(first: position))
      }
    }
    firsts = Set(entries.map(\.first))
    entries.sort { left, right in
      let ends = (inventory.kept(left.first).notAfter, inventory.kept(right.first).notAfter)
      guard ends.0 == ends.1 else { return ends.0 < ends.1 }
      return inventory.bundles[Int(left.first.bundle)].file
        < inventory.bundles[Int(right.first.bundle)].file
    }
    guard !copies.isEmpty else {
      self.copies = []
      return
    }
    let byFirst = Dictionary(grouping: copies, by: \.of)
    var all: [Inventory.Position] = []
    for index in entries.indices {
      let own = byFirst[entries[index].first] ?? []
      entries[index].copies = all.count..<all.count + own.count
      all += own.map(\.at)
    }
    self.copies = all
  }

  /// How many certificates there are.
  var count: Int { entries.count }

  /// Where one was found first.
  func first(_ number: Int) -> Inventory.Position { entries[number].first }

  /// Where else one is.
  func copies(_ number: Int) -> ArraySlice<Inventory.Position> { copies[entries[number].copies] }

  /// Whether this is where its certificate was found first.
  func isFirst(_ position: Inventory.Position) -> Bool { firsts.contains(position) }
}
