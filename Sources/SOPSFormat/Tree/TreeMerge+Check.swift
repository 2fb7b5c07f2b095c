internal import CryptoCore

extension TreeText {
  /// Whether two entries have the same value, and when `comments` are to be, the same ones in it.
  func isSame(_ left: TreeEntry, _ right: TreeEntry, comments: Bool = true) -> Bool {
    switch (left.content, right.content) {
    case (.null, .null): return true
    case (.mapping(let left), .mapping(let right)), (.list(let left), .list(let right)):
      return isSame(left, right, comments: comments)
    case (.comment(let isInline), .comment(let other)):
      guard isInline == other else { return false }
    case (.scalar(let type), .scalar(let other)):
      // A whole number in decimals is an integer when it is read again.
      let numbers: [ScalarType] = [.integer, .float]
      guard type == other || numbers.contains(type) && numbers.contains(other) else { return false }
    default: return false
    }
    return lend(left.text) { left in lend(right.text) { ConstantTime.equal(left, $0) } }
  }

  func isSame(_ left: [TreeEntry], _ right: [TreeEntry], comments: Bool = true) -> Bool {
    let (left, right) = comments ? (left, right) : (left.values, right.values)
    return left.count == right.count
      && zip(left, right).allSatisfy {
        $0.key.isExactly($1.key) && isSame($0, $1, comments: comments)
      }
  }

  /// Whether three lists have as many items, and each is at the place where it was: of what a side
  /// moved, or took out and put another into its place, a place says nothing.
  func haveItemsInPlace(_ base: [TreeEntry], _ ours: [TreeEntry], _ theirs: [TreeEntry]) -> Bool {
    let (base, ours, theirs) = (base.values, ours.values, theirs.values)
    guard base.count == ours.count, base.count == theirs.count else { return false }
    for side in [ours, theirs] {
      let changed = base.indices.filter { !isSame(side[$0], base[$0], comments: false) }
      for place in changed {
        guard isSameThing(side[place], base[place]) else { return false }
        // Quadratic in what was changed.
        guard changed.count <= Self.maximumChangedItemCount,
          !changed.contains(where: { isSame(side[place], base[$0], comments: false) })
        else { return false }
      }
    }
    return true
  }

  private static var maximumChangedItemCount: Int { 1_000 }

  /// Whether what an item goes by, its name for instance, stayed.
  private func isSameThing(_ left: TreeEntry, _ right: TreeEntry) -> Bool {
    switch (left.content, right.content) {
    case (.mapping(let left), .mapping(let right)):
      return ["kind", "name", "namespace", "id", "key", "metadata"].allSatisfy { name in
        switch (left.value(name), right.value(name)) {
        case (nil, nil): true
        case (let left?, let right?):
          name == "metadata" ? isSameThing(left, right) : isSame(left, right, comments: false)
        default: false
        }
      }
    case (.mapping, _), (_, .mapping): return false
    default: return true
    }
  }
}

extension Tree {
  /// Whether the values are those of a three-way merge by place, in any order.
  ///
  /// Lists of which a side moved items are any; comments are left aside.
  func isMerge(base: Tree, ours: Tree, theirs: Tree) -> Bool {
    let check = MergeCheck(text: TreeText())
    func list(_ tree: Tree) -> TreeEntry {
      TreeEdit.moved(
        TreeEntry(content: .list(tree.items.filter { !$0.inner.isEmpty })), from: tree.text,
        to: check.text)
    }
    return check.isMerge(list(self), list(base), list(ours), list(theirs))
  }
}

private struct MergeCheck {
  let text: TreeText

  func isMerge(
    _ merged: TreeEntry?, _ base: TreeEntry?, _ ours: TreeEntry?, _ theirs: TreeEntry?
  ) -> Bool {
    if isSame(ours, theirs) { return isSame(merged, ours) }
    switch (merged?.content, base?.content, ours?.content, theirs?.content) {
    case (.mapping(let merged), let before, .mapping(let ours), .mapping(let theirs)):
      switch before {
      case nil: return isMerge(merged, [], ours, theirs)
      case .mapping(let base): return isMerge(merged, base, ours, theirs)
      default: return false
      }
    case (.list(let merged), .list(let base), .list(let ours), .list(let theirs)):
      guard text.haveItemsInPlace(base, ours, theirs) else { return true }
      let items = zip(zip(merged.values, base.values), zip(ours.values, theirs.values))
      return merged.values.count == base.values.count
        && items.allSatisfy { isMerge($0.0, $0.1, $1.0, $1.1) }
    default: break
    }
    if isSame(ours, base) { return isSame(merged, theirs) }
    return isSame(theirs, base) && isSame(merged, ours)
  }

  private func isMerge(
    _ merged: [TreeEntry], _ base: [TreeEntry], _ ours: [TreeEntry], _ theirs: [TreeEntry]
  ) -> Bool {
    let count = merged.values.count
    let (merged, base, ours, theirs) = (merged.byKey, base.byKey, ours.byKey, theirs.byKey)
    // None twice.
    guard merged.count == count else { return false }
    let keys = Set(merged.keys).union(base.keys).union(ours.keys).union(theirs.keys)
    return keys.allSatisfy { isMerge(merged[$0], base[$0], ours[$0], theirs[$0]) }
  }

  private func isSame(_ left: TreeEntry?, _ right: TreeEntry?) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): text.isSame(left, right, comments: false)
    default: false
    }
  }
}

extension [TreeEntry] {
  /// What is no comment.
  fileprivate var values: [TreeEntry] { filter { !$0.isComment } }

  fileprivate var byKey: [[UInt8]: TreeEntry] { keyPlaces.mapValues { self[$0] } }

  fileprivate func value(_ key: String) -> TreeEntry? { first { $0.key.isExactly(key) } }
}
