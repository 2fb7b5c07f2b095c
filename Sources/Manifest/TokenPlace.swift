internal import YAMLSource

/// Whether a token, a plain scalar, can stand where a unit's values stand.
enum TokenPlace {
  /// Looks for the one thing that a quoted scalar bears and a plain one does not.
  ///
  /// It is, in a flow mapping within a block one, a line behind it that begins with a tab.
  ///
  /// - Throws: `.unsupportedLayout`.
  static func check(
    _ unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) {
    guard tree.syntax == .yaml else { return }
    for entry in unit.entries where entry.kind == .value {
      guard let node = entry.node, tree[node].kind != .scalar(.plain),
        let mapping = tree[node].parent, tree.isFlowMapping(mapping),
        let tab = tabBeginningLine(behind: entry.contentRange.upperBound, in: source),
        isInBlock(mapping, tree)
      else { continue }
      throw ManifestError(
        .unsupportedLayout,
        "a tab at the beginning of the line behind \(entry.name); indent with spaces",
        at: tree.position(of: tab, in: source))
    }
  }

  /// The first tab in the blanks of a line, in what is blank behind an offset.
  private static func tabBeginningLine(behind offset: Int, in source: Span<UInt8>) -> Int? {
    var index = offset
    var isBehindBreak = false
    while index < source.count {
      let length = SourceLines.breakLength(at: index, in: source)
      if length > 0 {
        isBehindBreak = true
        index += length
      } else if SourceLines.isBlank(source[index]) {
        if isBehindBreak, source[index] == 0x09 { return index }
        index += 1
      } else {
        return nil
      }
    }
    return nil
  }

  private static func isInBlock(_ node: NodeID, _ tree: SourceTree) -> Bool {
    var node = node
    while let parent = tree[node].parent {
      switch tree[parent].kind {
      case .mapping(isFlow: false), .sequence(isFlow: false): return true
      default: node = parent
      }
    }
    return false
  }
}
