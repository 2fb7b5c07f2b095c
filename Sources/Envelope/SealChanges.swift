/// What has changed in a unit since its seal was made, by name.
public struct SealChanges: Sendable, Equatable {
  /// Names of entries that the seal does not know.
  public let added: [String]
  /// Names of entries that are no longer there.
  public let removed: [String]
  /// Names of entries with another token, anchor, tag or target.
  public let changed: [String]
  /// The same entries in another order.
  public let isReordered: Bool

  /// Whether the entries are exactly those of the seal.
  public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && !isReordered }

  /// Compares the digests of the envelope with those of the entries as they stand.
  init(sealed: [EntryDigest], current: [EntryDigest]) {
    guard sealed != current else {
      (added, removed, changed, isReordered) = ([], [], [], false)
      return
    }
    let old = Dictionary(grouping: sealed, by: \.name)
    let new = Dictionary(grouping: current, by: \.name)
    var added: [String] = []
    var removed: [String] = []
    var changed: [String] = []
    for (name, digests) in new {
      guard let before = old[name] else {
        added.append(name)
        continue
      }
      if before.map(\.digest).sorted() != digests.map(\.digest).sorted() { changed.append(name) }
    }
    for name in old.keys where new[name] == nil { removed.append(name) }
    self.added = added.sorted()
    self.removed = removed.sorted()
    self.changed = changed.sorted()
    isReordered = added.isEmpty && removed.isEmpty && changed.isEmpty
  }

  /// The changes in words, for instance "data/token added, data/password changed".
  public var summary: String {
    var parts: [String] = []
    if !added.isEmpty { parts.append("added: \(Self.list(added))") }
    if !removed.isEmpty { parts.append("removed: \(Self.list(removed))") }
    if !changed.isEmpty { parts.append("changed: \(Self.list(changed))") }
    if isReordered { parts.append("entries were put in another order") }
    return parts.joined(separator: "; ")
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
