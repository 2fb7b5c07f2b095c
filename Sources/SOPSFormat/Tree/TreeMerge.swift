internal import CryptoCore

/// Three versions of a tree, of which each gets every value that only one side changed, added or
/// removed: a merge of their texts then sees what both changed, and comments and the order of keys.
///
/// A place is a way of keys, and in lists of places, where no side moved an item.
struct TreeMerge {
  private let text: TreeText
  private(set) var base: Tree
  private(set) var ours: Tree
  private(set) var theirs: Tree

  init(base: Tree, ours: Tree, theirs: Tree) {
    let text = TreeText()
    self.text = text
    func moved(_ tree: Tree) -> Tree {
      Tree(
        documents: tree.documents.map { $0.map { TreeEdit.moved($0, from: tree.text, to: text) } },
        text: text)
    }
    (self.base, self.ours, self.theirs) = (moved(base), moved(ours), moved(theirs))
    var documents = Three(
      base: self.base.items, ours: self.ours.items, theirs: self.theirs.items)
    guard takeOverItems(&documents) else { return }
    self.base.documents = documents.base.map(\.inner)
    self.ours.documents = documents.ours.map(\.inner)
    self.theirs.documents = documents.theirs.map(\.inner)
  }

  /// What stands at one place in each version.
  private struct Three<Element> {
    var base: Element
    var ours: Element
    var theirs: Element
  }

  private typealias Entries = Three<[TreeEntry]>

  private func takeOver(_ entry: inout Three<TreeEntry>) {
    switch (entry.base.content, entry.ours.content, entry.theirs.content) {
    case (.mapping(let base), .mapping(let ours), .mapping(let theirs)):
      var inner = Entries(base: base, ours: ours, theirs: theirs)
      takeOverValues(&inner)
      entry.base.content = .mapping(inner.base)
      entry.ours.content = .mapping(inner.ours)
      entry.theirs.content = .mapping(inner.theirs)
      return
    case (.list(let base), .list(let ours), .list(let theirs)):
      var inner = Entries(base: base, ours: ours, theirs: theirs)
      guard takeOverItems(&inner) else { break }
      entry.base.content = .list(inner.base)
      entry.ours.content = .list(inner.ours)
      entry.theirs.content = .list(inner.theirs)
      return
    default: break
    }
    if text.isSame(entry.ours, entry.base) {
      (entry.base, entry.ours) = (entry.theirs, entry.theirs)
    } else if text.isSame(entry.theirs, entry.base) {
      (entry.base, entry.theirs) = (entry.ours, entry.ours)
    } else if text.isSame(entry.ours, entry.theirs) {
      entry.base = entry.ours
    }
  }

  /// Goes through lists of the same items.
  ///
  /// - Returns: Whether they are such.
  private func takeOverItems(_ lists: inout Entries) -> Bool {
    let places = Three(
      base: lists.base.valuePlaces, ours: lists.ours.valuePlaces,
      theirs: lists.theirs.valuePlaces)
    guard text.haveItemsInPlace(lists.base, lists.ours, lists.theirs) else { return false }
    for (base, (ours, theirs)) in zip(places.base, zip(places.ours, places.theirs)) {
      var item = Three(
        base: lists.base[base], ours: lists.ours[ours], theirs: lists.theirs[theirs])
      takeOver(&item)
      lists.base[base] = item.base
      lists.ours[ours] = item.ours
      lists.theirs[theirs] = item.theirs
    }
    return true
  }

  private func takeOverValues(_ mappings: inout Entries) {
    let (ours, theirs) = (mappings.ours.keyPlaces, mappings.theirs.keyPlaces)
    var removed = Three<Set<Int>>(base: [], ours: [], theirs: [])
    for (key, base) in mappings.base.keyPlaces {
      switch (ours[key], theirs[key]) {
      case (let ours?, let theirs?):
        var value = Three(
          base: mappings.base[base], ours: mappings.ours[ours], theirs: mappings.theirs[theirs])
        takeOver(&value)
        mappings.base[base] = value.base
        mappings.ours[ours] = value.ours
        mappings.theirs[theirs] = value.theirs
      case (let ours?, nil):
        guard isSame(mappings.ours, ours, mappings.base, base) else { continue }
        removed.base.formUnion(mappings.base.lines(of: base))
        removed.ours.formUnion(mappings.ours.lines(of: ours))
      case (nil, let theirs?):
        guard isSame(mappings.theirs, theirs, mappings.base, base) else { continue }
        removed.base.formUnion(mappings.base.lines(of: base))
        removed.theirs.formUnion(mappings.theirs.lines(of: theirs))
      case (nil, nil): removed.base.formUnion(mappings.base.lines(of: base))
      }
    }
    mappings.base.remove(removed.base)
    mappings.ours.remove(removed.ours)
    mappings.theirs.remove(removed.theirs)
    // One side after the other: what both added at one place then stands in one order everywhere.
    let added = mappings.ours.keys(not: mappings.base, mappings.theirs)
    insert(added, of: mappings.ours, into: &mappings.base)
    insert(added, of: mappings.ours, into: &mappings.theirs)
    let other = mappings.theirs.keys(not: mappings.base, mappings.ours)
    insert(other, of: mappings.theirs, into: &mappings.base)
    insert(other, of: mappings.theirs, into: &mappings.ours)
    takeOverAdded(&mappings)
  }

  /// What both sides added is in the base, too, when it is the same, and else at one place, where a
  /// merge of texts sees both.
  private func takeOverAdded(_ mappings: inout Entries) {
    let (known, theirs) = (mappings.base.keyPlaces, mappings.theirs.keyPlaces)
    var same: Set<[UInt8]> = []
    var other: Set<[UInt8]> = []
    var moved = mappings.ours
    var taken: Set<Int> = []
    for (key, place) in mappings.ours.keyPlaces where known[key] == nil {
      guard let their = theirs[key] else { continue }
      if text.isSame(mappings.ours[place], mappings.theirs[their]) {
        same.insert(key)
      } else if mappings.theirs.lines(of: their).count == 1 {
        moved[place] = mappings.theirs[their]
        other.insert(key)
        taken.insert(their)
      }
    }
    insert(same, of: mappings.ours, into: &mappings.base)
    mappings.theirs.remove(taken)
    insert(other, of: moved, into: &mappings.theirs)
  }

  /// Whether two values and what stands behind them are the same.
  private func isSame(
    _ left: [TreeEntry], _ place: Int, _ right: [TreeEntry], _ other: Int
  ) -> Bool {
    text.isSame(Array(left[left.lines(of: place)]), Array(right[right.lines(of: other)]))
  }

  /// Puts values of another version behind what they stand behind there, comments included.
  private func insert(
    _ keys: Set<[UInt8]>, of other: [TreeEntry], into entries: inout [TreeEntry]
  ) {
    guard !keys.isEmpty else { return }
    let places = entries.keyPlaces
    var last = -1
    var added: [Int: [TreeEntry]] = [:]
    for entry in other {
      guard let key = entry.key.map({ Array<UInt8>($0.utf8) }) else {
        let next = last + 1
        if next < entries.count, !entry.isInlineComment, entries[next].isComment,
          text.isSame(entry, entries[next])
        {
          last = next
        }
        continue
      }
      if let place = places[key] { last = place }
      if keys.contains(key) { added[last, default: []].append(entry) }
    }
    var all = added[-1] ?? []
    for (index, entry) in entries.enumerated() {
      all.append(entry)
      all += added[index] ?? []
    }
    entries = all
  }
}

extension Tree {
  /// The documents as items of a list.
  var items: [TreeEntry] { documents.map { TreeEntry(content: .mapping($0)) } }
}

extension TreeEntry {
  /// Whether it is a comment behind the value that follows.
  fileprivate var isInlineComment: Bool {
    if case .comment(isInline: true) = content { return true }
    return false
  }

  /// What is in a mapping or list.
  var inner: [TreeEntry] {
    switch content {
    case .mapping(let entries), .list(let entries): entries
    case .comment, .null, .scalar: []
    }
  }
}

extension [TreeEntry] {
  /// Where values are, and not comments.
  var valuePlaces: [Int] { indices.filter { !self[$0].isComment } }

  /// Where keys are, by their bytes.
  var keyPlaces: [[UInt8]: Int] {
    var places: [[UInt8]: Int] = [:]
    for (index, entry) in enumerated() {
      if let key = entry.key { places[Array<UInt8>(key.utf8)] = index }
    }
    return places
  }

  /// A value with the comments behind it, which stand in front of it here.
  fileprivate func lines(of place: Int) -> Range<Int> {
    var start = place
    while start > 0, self[start - 1].isInlineComment { start -= 1 }
    return start..<place + 1
  }

  fileprivate mutating func remove(_ places: Set<Int>) {
    guard !places.isEmpty else { return }
    self = enumerated().filter { !places.contains($0.offset) }.map(\.element)
  }

  /// The keys that neither of two others has.
  fileprivate func keys(not first: [TreeEntry], _ second: [TreeEntry]) -> Set<[UInt8]> {
    Set(keyPlaces.keys).subtracting(first.keyPlaces.keys).subtracting(second.keyPlaces.keys)
  }
}
