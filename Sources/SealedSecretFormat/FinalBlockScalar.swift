internal import YAMLSource

/// A block scalar that ends with the text, without a line break.
///
/// It has none in its value either, and would get one when something follows it: unless its header says
/// that the last one does not count (YAML 1.2, section 8.1.1.2).
enum FinalBlockScalar {
  /// Has the header say so; false when there is no such scalar, or it says so already.
  static func strip(
    below root: NodeID, _ tree: SourceTree, _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) -> Bool {
    guard let last = lastNode(below: root, tree), isBlock(tree[last].kind) else { return false }
    let range = tree[last].contentRange
    guard range.upperBound == source.count, LineBreaks.length(at: source.count - 1, in: source) == 0
    else { return false }
    var index = range.lowerBound + 1
    while index < range.upperBound, (0x31...0x39).contains(source[index]) { index += 1 }
    guard index < range.upperBound, source[index] == UInt8(ascii: "+") else {
      if index < range.upperBound, source[index] == UInt8(ascii: "-") { return false }
      edits.replace(index..<index, with: "-")
      return true
    }
    edits.replace(index..<index + 1, with: "-")
    return true
  }

  private static func isBlock(_ kind: Node.Kind) -> Bool {
    kind == .scalar(.literal) || kind == .scalar(.folded)
  }

  private static func lastNode(below root: NodeID, _ tree: SourceTree) -> NodeID? {
    var node = root
    while true {
      switch tree[node].kind {
      case .mapping:
        guard let pair = tree.pairs(of: node).last else { return nil }
        node = pair.value
      case .sequence:
        guard let item = tree.items(of: node).last else { return nil }
        node = item
      default: return node
      }
    }
  }
}
