internal import CryptoCore
internal import YAMLSource

/// One entry to be removed.
struct EntryRemoval {
  let entry: UnitEntry
  let index: Int
  let mapping: NodeID
  let tree: SourceTree
  let editor: MappingEditor

  func carryOut(
    _ source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    let pairs = tree.pairs(of: mapping)
    guard pairs.indices.contains(index) else { return }
    if tree.isFlowMapping(mapping) {
      try removeFromFlow(pairs, source, edits: &edits)
    } else if pairs.count == 1 {
      let start = editor.firstByte(of: pairs[0].key, in: mapping, source: source)
      let end = SourceLines.end(of: textEnd(source), in: source)
      edits.replace(start..<end, with: "{}")
      let next = SourceLines.next(after: end, in: source)
      if FollowingLines(from: next, in: source).hasTab {
        let rest = endOfBlankLines(from: next, source)
        try checkTab(at: rest, source)
        edits.remove(next..<rest)
      }
    } else {
      try removeLines(pairs, source, edits: &edits)
    }
  }

  /// Where the entry's own text ends, without the blank lines behind a block scalar.
  private func textEnd(_ source: Span<UInt8>) -> Int {
    guard let node = entry.node else { return entry.contentRange.upperBound }
    return ScalarText(of: node, range: tree[node].contentRange, tree: tree, source: source)
      .range.upperBound
  }

  // MARK: Block mappings

  private func removeLines(
    _ pairs: [(key: NodeID, value: NodeID)], _ source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    let start = editor.firstByte(of: pairs[index].key, in: mapping, source: source)
    guard let blanks = SourceLines.indentation(of: start, in: source) else {
      // The first entry stands behind the `:` of an explicit key: the next one moves up.
      guard index == 0 else { return }
      edits.remove(
        start..<editor.firstByte(of: pairs[1].key, in: mapping, source: source))
      return
    }
    var range = editor.lines(from: blanks.lowerBound, to: textEnd(source), source: source)
    if index > 0 {
      try spare(pairs[index - 1].value, behind: blanks.lowerBound, &range, source)
    }
    // A blank line with a tab is allowed behind a plain scalar only.
    if FollowingLines(from: range.upperBound, in: source).hasTab {
      range = range.lowerBound..<endOfBlankLines(from: range.upperBound, source)
      if index == 0 || !isPlain(pairs[index - 1].value, until: range.lowerBound, source) {
        try checkTab(at: range.upperBound, source)
      }
    }
    edits.remove(range)
  }

  /// Whether there is a plain scalar, and no comment that ends it, in front of an offset.
  private func isPlain(_ value: NodeID, until offset: Int, _ source: Span<UInt8>) -> Bool {
    let end = tree[value].range.upperBound
    return tree[value].kind == .scalar(.plain) && end <= offset
      && SourceLines.isBlank(end..<offset, in: source)
  }

  /// Refuses a comment with a tab in front, which like a blank line is allowed behind a plain scalar
  /// only.
  private func checkTab(at offset: Int, _ source: Span<UInt8>) throws(ManifestError) {
    guard FollowingLines(from: offset, in: source).hasTab else { return }
    throw ManifestError(
      .unsupportedLayout, "a tab in front of the comment behind \(entry.name); remove the tab",
      at: tree.position(of: offset, in: source))
  }

  /// Keeps what is removed, and what follows it, from changing a block scalar in front.
  private func spare(
    _ previous: NodeID, behind lineStart: Int, _ range: inout Range<Int>, _ source: Span<UInt8>
  ) throws(ManifestError) {
    let end = tree[previous].range.upperBound
    guard tree.isBlockScalar(previous), SourceLines.isBlank(end..<lineStart, in: source) else {
      return
    }
    let chomping = tree.chomping(of: previous, in: source)
    if range.lowerBound < lineStart, chomping != .strip {
      // At the end of the text: the line break in front is the scalar's.
      range = lineStart..<range.upperBound
    }
    let indentation = tree.textIndentation(
      ofBlockScalar: previous, mapping: editor.indentation(of: mapping, source: source),
      in: source)
    var following = FollowingLines(from: range.upperBound, in: source)
    if (chomping == .keep && following.beginsBlank) || !following.leaveAlone(indentation) {
      range = range.lowerBound..<endOfBlankLines(from: range.upperBound, source)
      following = FollowingLines(from: range.upperBound, in: source)
    }
    guard following.leaveAlone(indentation) else {
      throw ManifestError(
        .unsupportedLayout,
        "the comment behind \(entry.name) would become part of the value in front; move it",
        at: tree.position(of: range.upperBound, in: source))
    }
  }

  private func endOfBlankLines(from start: Int, _ source: Span<UInt8>) -> Int {
    var lineStart = start
    while lineStart < source.count {
      let end = SourceLines.end(of: lineStart, in: source)
      guard SourceLines.isBlank(lineStart..<end, in: source) else { break }
      lineStart = SourceLines.next(after: end, in: source)
      if lineStart == end { break }
    }
    return lineStart
  }

  // MARK: Flow mappings

  private func removeFromFlow(
    _ pairs: [(key: NodeID, value: NodeID)], _ source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    let range = editor.flowRange(of: pairs[index], in: mapping)
    if index > 0, tree.endsWithIndicator(pairs[index - 1], source) {
      try removeBehindIndicator(range, source, edits: &edits)
    } else if index > 0 {
      // `key:` must not touch a comma or a brace.
      let isBare = tree.endsBare(pairs[index - 1])
      let isFollowedByBlank =
        range.upperBound < source.count
        && (SourceLines.isBlank(source[range.upperBound])
          || SourceLines.breakLength(at: range.upperBound, in: source) > 0)
      edits.replace(range, with: isBare && !isFollowedByBlank ? " " : "")
    } else if pairs.count > 1 {
      edits.remove(range)
    } else {
      removeOnly(pairs[0], source, edits: &edits)
    }
  }

  /// Takes out an entry behind a value such as `-`, which blanks would make an indicator.
  private func removeBehindIndicator(
    _ range: Range<Int>, _ source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    var end = range.upperBound
    while end < source.count, SourceLines.isBlank(source[end]) { end += 1 }
    guard end < source.count, ",}".utf8.contains(source[end]) else {
      throw ManifestError(
        .unsupportedLayout, "the value before \(entry.name) is '-'; put it in quotes",
        at: tree.position(of: range.lowerBound, in: source))
    }
    edits.remove(range.lowerBound..<end)
  }

  /// Takes the only entry out, with its `?` and the comma behind it.
  private func removeOnly(
    _ pair: (key: NodeID, value: NodeID), _ source: Span<UInt8>, edits: inout SpliceEdits
  ) {
    let inner =
      tree[mapping].contentRange.lowerBound + 1..<tree[mapping].contentRange.upperBound - 1
    let start = editor.firstByte(of: pair.key, in: mapping, source: source)
    let end = tree[pair.value].range.upperBound
    let comma = self.comma(in: end..<inner.upperBound, source)
    let isOnOwnLine = SourceLines.indentation(of: start, in: source) != nil
    if isOnOwnLine, SourceLines.isBlank(inner.lowerBound..<start, in: source),
      SourceLines.isBlank(end..<(comma ?? end), in: source),
      SourceLines.isBlank((comma.map { $0 + 1 } ?? end)..<inner.upperBound, in: source)
    {
      edits.remove(inner)
      return
    }
    edits.remove(start..<end)
    if let comma { edits.remove(comma..<comma + 1) }
  }

  private func comma(in range: Range<Int>, _ source: Span<UInt8>) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound {
      switch source[index] {
      case UInt8(ascii: ","): return index
      case UInt8(ascii: "#"): index = SourceLines.end(of: index, in: source)
      default: index += 1
      }
    }
    return nil
  }
}
