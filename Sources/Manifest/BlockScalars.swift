internal import YAMLSource

/// What becomes of the line breaks at the end of a block scalar.
enum Chomping {
  /// All go (`-`), or it is no block scalar.
  case strip
  /// One stays.
  case clip
  /// All stay (`+`).
  case keep
}

/// The parts of block scalars.
extension SourceTree {
  /// Whether a node is a block scalar.
  func isBlockScalar(_ node: NodeID) -> Bool {
    switch self[node].kind {
    case .scalar(.literal), .scalar(.folded): true
    default: false
    }
  }

  /// How a node treats line breaks that stand or are put behind it.
  func chomping(of node: NodeID, in source: Span<UInt8>) -> Chomping {
    guard isBlockScalar(node) else { return .strip }
    for index in self[node].contentRange {
      switch source[index] {
      case UInt8(ascii: "+"): return .keep
      case UInt8(ascii: "-"): return .strip
      case UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
      default: return .clip
      }
    }
    return .clip
  }

  /// How the last scalar in a node treats line breaks that stand or are put behind it.
  func chomping(ofLast node: NodeID, in source: Span<UInt8>) -> Chomping {
    chomping(of: lastScalar(in: node), in: source)
  }

  /// The node that reaches furthest in a node: itself, or the last one in a collection.
  func lastScalar(in node: NodeID) -> NodeID {
    var node = node
    while true {
      switch self[node].kind {
      case .mapping(isFlow: false):
        guard let last = pairs(of: node).last else { return node }
        // `? key` without a value ends with the key.
        let isKeyLast = self[last.value].range.upperBound <= self[last.key].range.upperBound
        node = isKeyLast ? last.key : last.value
      case .sequence(isFlow: false):
        guard let last = items(of: node).last else { return node }
        node = last
      default: return node
      }
    }
  }
}

/// The bytes of a scalar that are its own: of a block scalar without the blank lines behind it.
struct ScalarText {
  let range: Range<Int>
  /// The comment behind a block scalar's indicator, with the blanks in front of it.
  let headerComment: Range<Int>

  init(of node: NodeID, range: Range<Int>, tree: SourceTree, source: Span<UInt8>) {
    guard tree.isBlockScalar(node) else {
      self.range = range
      headerComment = range.upperBound..<range.upperBound
      return
    }
    let headerEnd = min(SourceLines.end(of: range.lowerBound, in: source), range.upperBound)
    var start = range.lowerBound
    while start < headerEnd, source[start] != UInt8(ascii: "#") { start += 1 }
    let hasComment = start < headerEnd
    while hasComment, SourceLines.isBlank(source[start - 1]) { start -= 1 }
    headerComment = hasComment ? start..<headerEnd : headerEnd..<headerEnd
    guard tree.chomping(of: node, in: source) != .keep else {
      self.range = range
      return
    }
    let textEnd = SourceLines.trimmedEnd(headerEnd..<range.upperBound, in: source)
    let lineEnd = min(SourceLines.end(of: textEnd, in: source), range.upperBound)
    self.range = range.lowerBound..<lineEnd
  }
}

extension SourceTree {
  /// How far the text of a block scalar in a block mapping is indented.
  func textIndentation(ofBlockScalar node: NodeID, mapping indentation: Int, in source: Span<UInt8>)
    -> Int
  {
    let range = self[node].contentRange
    var index = range.lowerBound
    let headerEnd = SourceLines.end(of: index, in: source)
    while index < headerEnd, source[index] != UInt8(ascii: "#") {
      if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(source[index]) {
        return indentation + Int(source[index] - UInt8(ascii: "0"))
      }
      index += 1
    }
    index = SourceLines.next(after: headerEnd, in: source)
    while index < range.upperBound {
      let start = index
      while index < range.upperBound, source[index] == 0x20 { index += 1 }
      let length = SourceLines.breakLength(at: index, in: source)
      guard length > 0 else { return index - start }
      index += length
    }
    return indentation + 1
  }
}
