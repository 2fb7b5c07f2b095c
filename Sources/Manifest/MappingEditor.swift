internal import YAMLSource

/// Takes entries out of mappings, leaving every other byte (docs/format.md, section 5.2).
struct MappingEditor {
  let tree: SourceTree

  /// How far a block mapping is indented: the column, from 0, of its first key or `?`.
  func indentation(of mapping: NodeID, source: Span<UInt8>) -> Int {
    var index = tree[mapping].contentRange.lowerBound
    let base = tree.hasBOM ? 3 : 0
    var column = 0
    while index > base, SourceLines.breakLength(endingAt: index, in: source) == 0 {
      index -= 1
      if source[index] & 0xc0 != 0x80 { column += 1 }
    }
    return column
  }

  /// Where lines with a further entry go: behind the mapping's last line.
  ///
  /// When the text ends there within a block scalar, without a line break, a line break would become
  /// part of that scalar; and a blank line with a tab is allowed behind a plain scalar only. Then
  /// they go in front of the last entry.
  ///
  /// - Throws: `.unsupportedLayout` when that entry does not begin its line.
  func linePlace(
    in mapping: NodeID, source: Span<UInt8>
  ) throws(ManifestError) -> LinePlace {
    let place = LinePlace(behind: tree[mapping].range.upperBound, tree: tree, source: source)
    let isInScalar = place.isAtEnd && tree.chomping(ofLast: mapping, in: source) != .strip
    guard isInScalar || place.following.hasTab, let last = tree.pairs(of: mapping).last else {
      return place
    }
    let start = firstByte(of: last.key, in: mapping, source: source)
    guard let blanks = SourceLines.indentation(of: start, in: source) else {
      throw ManifestError(
        .unsupportedLayout,
        isInScalar
          ? "the text ends without a line break; add one"
          : "a line of blanks with a tab in it; remove the tab",
        at: tree.position(of: place.offset, in: source))
    }
    return LinePlace(before: blanks.lowerBound, tree: tree, source: source)
  }

  /// Where an entry of a mapping begins: at its `?` or its key.
  func firstByte(of key: NodeID, in mapping: NodeID, source: Span<UInt8>) -> Int {
    var bound = tree[mapping].contentRange.lowerBound
    for pair in tree.pairs(of: mapping) {
      if pair.key == key { break }
      bound = tree[pair.value].range.upperBound
    }
    let start = tree[key].range.lowerBound
    while bound < start {
      switch source[bound] {
      case UInt8(ascii: "?"): return bound
      case UInt8(ascii: "#"): bound = SourceLines.end(of: bound, in: source)
      default: bound += 1
      }
    }
    return start
  }

  /// Takes an inserted entry out of a mapping.
  ///
  /// - Throws: `.unsupportedLayout` when it shares its first line with something else.
  func remove(
    _ pair: (key: NodeID, value: NodeID), from mapping: NodeID, source: Span<UInt8>,
    edits: inout SpliceEdits
  ) throws(ManifestError) {
    let start = tree[pair.key].range.lowerBound
    let end = tree[pair.value].range.upperBound
    if tree.isFlowMapping(mapping) {
      edits.remove(flowRange(of: pair, in: mapping))
      return
    }
    guard let blanks = SourceLines.indentation(of: start, in: source) else {
      throw ManifestError(
        .unsupportedLayout, "the entry does not begin its line, so it cannot be taken out",
        at: tree.position(of: start, in: source))
    }
    // Blank lines behind a block scalar belong to it, but were there before.
    let textEnd = SourceLines.trimmedEnd(start..<end, in: source)
    edits.remove(lines(from: blanks.lowerBound, to: textEnd, source: source))
  }

  /// Whole lines: with the line break behind them or, if the text ends without one, with the one
  /// in front.
  func lines(from lineStart: Int, to end: Int, source: Span<UInt8>) -> Range<Int> {
    let lineEnd = SourceLines.end(of: end, in: source)
    let next = SourceLines.next(after: lineEnd, in: source)
    guard next == lineEnd else { return lineStart..<next }
    return lineStart - SourceLines.breakLength(endingAt: lineStart, in: source)..<next
  }

  /// An entry of a flow mapping with the comma that goes with it.
  func flowRange(of pair: (key: NodeID, value: NodeID), in mapping: NodeID) -> Range<Int> {
    let pairs = tree.pairs(of: mapping)
    let index = pairs.firstIndex { $0.key == pair.key } ?? 0
    let start = tree[pair.key].range.lowerBound
    let end = tree[pair.value].range.upperBound
    if index > 0 { return tree[pairs[index - 1].value].range.upperBound..<end }
    if pairs.count > 1 { return start..<tree[pairs[1].key].range.lowerBound }
    return start..<end
  }
}
