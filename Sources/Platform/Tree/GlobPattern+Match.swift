extension GlobPattern {
  /// Whether the pattern describes a path.
  ///
  /// Both start at the same folder; `./` makes no difference.
  public func matches(_ path: String) -> Bool {
    guard isAbsolute == (path.utf8.first == UInt8(ascii: "/")) else { return false }
    let names = GlobPattern.names(of: path)
    return GlobPattern.matches(segments, names, isStar: { $0 == .anyFolders }) { segment, name in
      guard case .name(let elements) = segment else { return false }
      return GlobPattern.matches(
        elements, Array(name.unicodeScalars), isStar: { $0 == .anyText }, one: GlobPattern.matches)
    }
  }

  private static func matches(_ element: Element, _ scalar: Unicode.Scalar) -> Bool {
    switch element {
    case .literal(let literal): literal == scalar
    case .anyCharacter: true
    case .anyText: false
    case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
    }
  }

  /// Matches a pattern whose stars take any number of items and whose others take exactly one.
  ///
  /// When it goes wrong after a star, only the latest star needs to take one more: an earlier one
  /// could not reach further with less.
  private static func matches<Part, Item>(
    _ pattern: [Part], _ items: [Item], isStar: (Part) -> Bool, one: (Part, Item) -> Bool
  ) -> Bool {
    var (part, item) = (0, 0)
    var retry: (part: Int, item: Int)?
    while item < items.count {
      if part < pattern.count, isStar(pattern[part]) {
        part += 1
        retry = (part, item)
      } else if part < pattern.count, one(pattern[part], items[item]) {
        part += 1
        item += 1
      } else if let last = retry {
        retry = (last.part, last.item + 1)
        (part, item) = (last.part, last.item + 1)
      } else {
        return false
      }
    }
    return pattern[part...].allSatisfy(isStar)
  }
}
