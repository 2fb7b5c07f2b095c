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
