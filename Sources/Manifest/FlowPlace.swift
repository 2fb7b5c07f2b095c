internal import YAMLSource

/// A place at the end of a flow mapping, or of a JSON object, where an entry can be put in.
struct FlowPlace {
  let offset: Int
  /// What separates it from the entry in front; empty when there is none.
  let separator: String
  /// What stands between key and value.
  let colon: String

  init(in mapping: NodeID, tree: SourceTree, source: Span<UInt8>) {
    let pairs = tree.pairs(of: mapping)
    guard let last = pairs.last else {
      offset = tree[mapping].contentRange.lowerBound + 1
      separator = ""
      colon = tree.syntax == .json && Self.isCompactParent(of: mapping, tree, source) ? ":" : ": "
      return
    }
    let value = tree[last.value]
    let isCompact = tree.syntax == .json && Self.isCompact(last, tree, source)
    offset = value.range.upperBound
    colon = isCompact ? ":" : ": "
    let separator = Self.separator(of: pairs, isCompact: isCompact, tree, source)
    // A comma directly behind `key:` would belong to a scalar.
    let isBare = tree.endsBare(last)
    if isBare, separator.first == "," {
      self.separator = " " + separator
    } else if tree.endsWithIndicator(last, source) {
      // Behind `-` a blank would make an indicator of it.
      self.separator = String(separator.drop { $0 != "," })
    } else {
      self.separator = separator
    }
  }

  private static func isCompactParent(
    of mapping: NodeID, _ tree: SourceTree, _ source: Span<UInt8>
  ) -> Bool {
    guard let parent = tree[mapping].parent,
      let pair = tree.pairs(of: parent).first(where: { $0.value == mapping })
    else { return false }
    return isCompact(pair, tree, source)
  }

  /// Whether a value follows its colon directly.
  private static func isCompact(
    _ pair: (key: NodeID, value: NodeID), _ tree: SourceTree, _ source: Span<UInt8>
  ) -> Bool {
    guard let colon = tree.colon(between: pair.key, and: pair.value, in: source) else {
      return false
    }
    return colon + 1 == tree[pair.value].range.lowerBound
  }

  /// What stands between two entries: as between the last two, else by how the first key stands.
  private static func separator(
    of pairs: [(key: NodeID, value: NodeID)], isCompact: Bool, _ tree: SourceTree,
    _ source: Span<UInt8>
  ) -> String {
    if pairs.count >= 2 {
      let start = tree[pairs[pairs.count - 2].value].range.upperBound
      let end = tree[pairs[pairs.count - 1].key].range.lowerBound
      if end - start <= maximumSeparatorByteCount,
        let text = SourceLines.text(start..<end, in: source), isSeparator(text)
      {
        return text
      }
    } else if let first = pairs.first {
      let start = tree[first.key].range.lowerBound
      if let blanks = SourceLines.indentation(of: start, in: source), !blanks.isEmpty,
        blanks.count <= maximumSeparatorByteCount,
        let text = SourceLines.text(blanks, in: source)
      {
        return "," + tree.lineBreakText + text
      }
    }
    return isCompact ? "," : ", "
  }

  /// Longer ones are not imitated.
  private static let maximumSeparatorByteCount = 256

  /// Whether a text is one comma and blanks; so it holds no comment and no `?`.
  private static func isSeparator(_ text: String) -> Bool {
    var commaCount = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case ",": commaCount += 1
      case " ", "\t", "\n", "\r": continue
      default: return false
      }
    }
    return commaCount == 1
  }
}

extension SourceTree {
  /// Whether an entry ends with a `:`, an anchor or a tag and nothing behind it.
  func endsBare(_ pair: (key: NodeID, value: NodeID)) -> Bool {
    let value = self[pair.value]
    return value.contentRange.isEmpty
      && value.range.upperBound > self[pair.key].range.upperBound
  }

  /// Whether the last of an entry, be it its value or a key alone, is one character that would be an
  /// indicator if a blank followed.
  func endsWithIndicator(_ pair: (key: NodeID, value: NodeID), _ source: Span<UInt8>) -> Bool {
    let isKeyAlone = self[pair.value].range.upperBound <= self[pair.key].range.upperBound
    let range = self[isKeyAlone ? pair.key : pair.value].contentRange
    return range.count == 1 && "-?:".utf8.contains(source[range.lowerBound])
  }
}
