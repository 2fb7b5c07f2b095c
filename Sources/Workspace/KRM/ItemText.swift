internal import CryptoCore
internal import YAMLSource

/// One object of a list as a text of its own, and back.
///
/// Lines move left or right together, which changes nothing in YAML; `isSame` proves it.
struct ItemText: ~Copyable {
  /// The object at the left margin, with a final line break.
  let bytes: WipedBuffer

  /// Takes a text that is one already.
  init(_ bytes: consuming WipedBuffer) { self.bytes = bytes }

  /// Takes a node out of a text.
  init(_ node: NodeID, of tree: SourceTree, source: Span<UInt8>) {
    let range = tree[node].range
    let column = tree.position(of: range.lowerBound, in: source).column - 1
    var bytes = WipedBuffer(capacity: range.count + 1)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = source[index]
      bytes.append(byte)
      index += 1
      guard byte == 0x0a else { continue }
      let end = min(index + column, range.upperBound)
      while index < end, source[index] == 0x20 { index += 1 }
    }
    bytes.append(0x0a)
    self.bytes = bytes
  }

  /// Appends it with every line behind the first two columns further right.
  func append(to output: inout WipedBuffer) {
    let span = bytes.bytes
    for index in span.indices {
      let isAtStart = index > 0 && span[index - 1] == 0x0a
      if isAtStart, span[index] != 0x0a, span[index] != 0x0d { output.append("  ") }
      output.append(span[index])
    }
  }

  /// Whether two nodes are the same but for where they stand.
  static func isSame(
    _ left: NodeID, of leftTree: SourceTree, _ right: NodeID, of rightTree: SourceTree
  ) -> Bool {
    guard leftTree[left].kind == rightTree[right].kind,
      leftTree.resolvedTag(of: left) == rightTree.resolvedTag(of: right)
    else { return false }
    let isEqual = leftTree.withValue(of: left) { value in
      rightTree.withValue(of: right) { ConstantTime.equal(value, $0) }
    }
    let children = (leftTree.children(of: left), rightTree.children(of: right))
    return isEqual && children.0.count == children.1.count
      && zip(children.0, children.1).allSatisfy { isSame($0, of: leftTree, $1, of: rightTree) }
  }
}
