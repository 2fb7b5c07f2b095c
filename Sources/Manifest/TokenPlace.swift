internal import YAMLSource

/// Whether a token, a plain scalar, can stand where a unit's values stand.
enum TokenPlace {
  /// Looks for the two things that a quoted scalar bears and a plain one does not.
  ///
  /// They are a line behind it that begins with a byte order mark, and in a flow mapping within a
  /// block one a line that begins with a tab.
  ///
  /// - Throws: `.unsupportedLayout`.
  static func check(
    _ unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) {
    guard tree.syntax == .yaml else { return }
    for entry in unit.entries where entry.kind == .value {
      guard let node = entry.node, tree[node].kind != .scalar(.plain),
        let mapping = tree[node].parent, tree.isFlowMapping(mapping),
        let obstacle = obstacle(behind: entry.contentRange.upperBound, in: source)
      else { continue }
      let message: String
      if source[obstacle] == 0xef {
        message = "a byte order mark at the beginning of a line behind \(entry.name); remove it"
      } else if isInBlock(mapping, tree) {
        message = "a tab at the beginning of the line behind \(entry.name); indent with spaces"
      } else {
        continue
      }
      throw ManifestError(
        .unsupportedLayout, message, at: tree.position(of: obstacle, in: source))
    }
  }

  /// The first tab in the blanks of a line, or mark at its beginning, in what is blank behind an
  /// offset.
  private static func obstacle(behind offset: Int, in source: Span<UInt8>) -> Int? {
    var index = offset
    var tab: Int?
    var isBehindBreak = false
    var isAtStart = false
    while index < source.count {
      let length = SourceLines.breakLength(at: index, in: source)
      if length > 0 {
        (isBehindBreak, isAtStart) = (true, true)
        index += length
      } else if isAtStart, begins(mark, at: index, in: source) {
        return index
      } else if SourceLines.isBlank(source[index]) {
        if isBehindBreak, source[index] == 0x09, tab == nil { tab = index }
        isAtStart = false
        index += 1
      } else {
        return tab
      }
    }
    return tab
  }

  /// U+FEFF in UTF-8.
  private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

  private static func begins(_ bytes: [UInt8], at index: Int, in source: Span<UInt8>) -> Bool {
    index + bytes.count <= source.count
      && bytes.indices.allSatisfy { source[index + $0] == bytes[$0] }
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
