internal import YAMLSource

/// Adds entries to mappings and takes them out, leaving every other byte (docs/format.md, 5.2).
struct MappingEditor {
  let tree: SourceTree

  /// Adds whole lines behind the last line of a block mapping, or a text at the end of the source.
  ///
  /// - Parameter lines: The lines, with their indentation, without line breaks.
  func addLines(
    _ lines: [String], behind offset: Int, source: Span<UInt8>, edits: inout SpliceEdits
  ) {
    let lineBreak = SourceLines.lineBreak(of: source)
    let end = SourceLines.end(of: offset, in: source)
    let next = SourceLines.next(after: end, in: source)
    let text = lines.joined(separator: lineBreak)
    if next == end {
      edits.replace(end..<end, with: lineBreak + text)
    } else {
      edits.replace(next..<next, with: text + lineBreak)
    }
  }

  /// How far the keys of a block mapping are indented, in spaces.
  func indentation(of mapping: NodeID, source: Span<UInt8>) -> Int {
    guard let first = tree.pairs(of: mapping).first else { return 0 }
    return tree.position(of: tree[first.key].range.lowerBound, in: source).column - 1
  }

  /// Adds an entry to a flow mapping.
  func addFlowEntry(
    _ key: String, value: String, to mapping: NodeID, source: Span<UInt8>,
    edits: inout SpliceEdits
  ) {
    let pairs = tree.pairs(of: mapping)
    guard let last = pairs.last else {
      let place = tree[mapping].contentRange.lowerBound + 1
      edits.replace(place..<place, with: "\(key): \(value)")
      return
    }
    let colonBlank = blankBehindColon(of: last, source: source)
    let place = tree[last.value].range.upperBound
    let separator = separator(of: pairs, isCompact: colonBlank.isEmpty, source: source)
    edits.replace(place..<place, with: "\(separator)\(key):\(colonBlank)\(value)")
  }

  private func blankBehindColon(
    of pair: (key: NodeID, value: NodeID), source: Span<UInt8>
  ) -> String {
    guard tree.syntax == .json,
      let colon = tree.colon(between: pair.key, and: pair.value, in: source),
      colon + 1 == tree[pair.value].range.lowerBound
    else { return " " }
    return ""
  }

  /// What stands between two entries: as between those that are there, else by the first key.
  private func separator(
    of pairs: [(key: NodeID, value: NodeID)], isCompact: Bool, source: Span<UInt8>
  ) -> String {
    if pairs.count >= 2 {
      let between =
        tree[pairs[pairs.count - 2].value].range
        .upperBound..<tree[pairs[pairs.count - 1].key].range.lowerBound
      var text = ""
      for index in between {
        guard source[index] < 0x80 else { return ", " }
        text.unicodeScalars.append(Unicode.Scalar(source[index]))
      }
      let rest = text.filter { !$0.isWhitespace }
      if rest == "," { return text }
    }
    let first = tree[pairs[0].key].range.lowerBound
    let lineStart = SourceLines.start(of: first, in: source)
    if lineStart > 0, lineStart < first,
      SourceLines.isBlank(lineStart..<first, in: source)
    {
      return "," + SourceLines.lineBreak(of: source)
        + String(repeating: " ", count: first - lineStart)
    }
    return isCompact ? "," : ", "
  }

  /// Takes an entry out of a mapping.
  func remove(
    _ key: NodeID, from mapping: NodeID, source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    let pairs = tree.pairs(of: mapping)
    guard let index = pairs.firstIndex(where: { $0.key == key }) else { return }
    let start = tree[key].range.lowerBound
    let end = tree[pairs[index].value].range.upperBound
    if case .mapping(isFlow: true) = tree[mapping].kind {
      if index > 0 {
        edits.remove(tree[pairs[index - 1].value].range.upperBound..<end)
      } else if pairs.count > 1 {
        edits.remove(start..<tree[pairs[1].key].range.lowerBound)
      } else {
        edits.remove(start..<end)
      }
      return
    }
    var lineStart = SourceLines.start(of: start, in: source)
    guard SourceLines.isBlank(lineStart..<start, in: source) else {
      throw ManifestError(
        .unsupportedLayout, "the entry does not begin its line, so it cannot be taken out",
        at: tree.position(of: start, in: source))
    }
    let lineEnd = SourceLines.end(of: end, in: source)
    let next = SourceLines.next(after: lineEnd, in: source)
    if next == lineEnd, lineStart > 0 {
      // The last line has no line break: the one in front goes.
      lineStart -=
        lineStart >= 2 && source[lineStart - 1] == 0x0a && source[lineStart - 2] == 0x0d
        ? 2 : 1
    }
    edits.remove(lineStart..<next)
  }
}
