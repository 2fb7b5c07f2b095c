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
  /// Whether the name, the namespace, the type or a line of the envelope is another one.
  public let isUnitChanged: Bool

  /// Whether the entries are exactly those of the seal.
  public var isEmpty: Bool {
    added.isEmpty && removed.isEmpty && changed.isEmpty && !isReordered && !isUnitChanged
  }

  /// Compares the digests of the envelope with those of the entries as they stand, both in the
  /// text of the seal line.
  init(sealed: [UInt8], current: [UInt8]) {
    guard sealed != current else {
      (added, removed, changed, isReordered, isUnitChanged) = ([], [], [], false, false)
      return
    }
    var old = Dictionary(grouping: EntryDigest.list(sealed), by: \.name)
    var new = Dictionary(grouping: EntryDigest.list(current), by: \.name)
    let units = [old, new].map { $0[EntryDigest.unitName]?.map(\.digest) }
    isUnitChanged = units[0] != units[1]
    old[EntryDigest.unitName] = nil
    new[EntryDigest.unitName] = nil
    let names = [sealed, current].map { text in
      EntryDigest.list(text).map(\.name).filter { $0 != EntryDigest.unitName }
    }
    added = new.keys.filter { old[$0] == nil }.sorted()
    removed = old.keys.filter { new[$0] == nil }.sorted()
    changed = new.filter { name, digests in
      guard let before = old[name] else { return false }
      return before.map(\.digest).sorted() != digests.map(\.digest).sorted()
    }.keys.sorted()
    let isSameSet = added.isEmpty && removed.isEmpty && changed.isEmpty
    isReordered = isSameSet && (!isUnitChanged || names[0] != names[1])
  }

  /// The changes in words, for instance "added: data/token; changed: data/password".
  public var summary: String {
    var parts: [String] = []
    if !added.isEmpty { parts.append("added: \(ShownNames.list(added))") }
    if !removed.isEmpty { parts.append("removed: \(ShownNames.list(removed))") }
    if !changed.isEmpty { parts.append("changed: \(ShownNames.list(changed))") }
    if isUnitChanged {
      parts.append("the name, namespace, type or a line of the envelope was changed")
    }
    if isReordered { parts.append("entries were put in another order") }
    return parts.joined(separator: "; ")
  }
}

/// Names in messages: few and short, whatever a file holds.
enum ShownNames {
  /// One name; those of entries are ASCII without control characters.
  static func one(_ name: String) -> String {
    name.utf8.count > 80 ? "\(name.prefix(77))..." : name
  }

  /// Some names.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).map(one).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
