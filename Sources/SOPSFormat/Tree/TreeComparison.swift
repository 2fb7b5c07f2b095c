internal import CryptoCore

extension Tree {
  /// Whether both hold the same keys and values in the same order; comments are left aside.
  ///
  /// Documents with nothing in them do not count: the end of a text may or may not be one.
  func holdsSame(as other: Tree) -> Bool {
    let (mine, theirs) = (documents.filter { !$0.isEmpty }, other.documents.filter { !$0.isEmpty })
    return mine.count == theirs.count
      && zip(mine, theirs).allSatisfy { holdsSame($0, $1, other) }
  }

  private func holdsSame(_ mine: [TreeEntry], _ theirs: [TreeEntry], _ other: Tree) -> Bool {
    let (mine, theirs) = (mine.filter { !$0.isComment }, theirs.filter { !$0.isComment })
    return mine.count == theirs.count
      && zip(mine, theirs).allSatisfy { $0.key.isExactly($1.key) && holdsSame($0, $1, other) }
  }

  private func holdsSame(_ mine: TreeEntry, _ theirs: TreeEntry, _ other: Tree) -> Bool {
    switch (mine.content, theirs.content) {
    case (.null, .null): return true
    case (.mapping(let left), .mapping(let right)), (.list(let left), .list(let right)):
      return holdsSame(left, right, other)
    case (.scalar(let left), .scalar(let right)) where left == right:
      return text.lend(mine.text) { left in
        other.text.lend(theirs.text) { right in ConstantTime.equal(left, right) }
      }
    // A whole number in decimals is an integer when it is read again, as SOPS itself writes it.
    case (.scalar(.integer), .scalar(.float)), (.scalar(.float), .scalar(.integer)):
      return text.lend(mine.text) { left in
        other.text.lend(theirs.text) { right in ConstantTime.equal(left, right) }
      }
    default: return false
    }
  }
}

extension Tree {
  /// Whether every encrypted comment stands below the same keys as in another tree, to which it is
  /// bound: below others it would not open.
  func hasCommentsWhere(_ other: Tree) -> Bool {
    let (mine, theirs) = (placesOfComments(), other.placesOfComments())
    return mine.allSatisfy { theirs[$0.key] == $0.value }
  }

  /// The keys above each encrypted comment, by its ciphertext.
  private func placesOfComments() -> [String: [String]] {
    var places: [String: [String]] = [:]
    for document in documents { addComments(of: document, [], &places) }
    return places
  }

  private func addComments(
    of entries: [TreeEntry], _ path: [String], _ places: inout [String: [String]]
  ) {
    for entry in entries {
      switch entry.content {
      case .comment:
        let comment = text.lend(entry.text) { String(decoding: Array(copying: $0), as: UTF8.self) }
        if comment.trimmed.hasPrefix("ENC[") { places[comment.trimmed] = path }
      case .mapping(let inner), .list(let inner):
        addComments(of: inner, path + (entry.key.map { [$0] } ?? []), &places)
      case .null, .scalar: break
      }
    }
  }
}
