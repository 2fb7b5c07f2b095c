import CryptoCore
import YAMLSource

/// What must hold of every tree.
public struct TreeChecks {
  private let tree: SourceTree
  private let count: Int

  /// Checks the tree of a text, if it has one.
  public static func check(_ bytes: Span<UInt8>, _ syntax: SourceSyntax?) {
    guard let tree = try? SourceTree.parse(bytes, syntax: syntax) else { return }
    let checks = TreeChecks(tree: tree, count: bytes.count)
    var edits = SpliceEdits()
    checks.checkApplied(edits, bytes, "splicing nothing")
    var end = 0
    for document in tree.documents {
      checks.require(document.range, in: end..<bytes.count, "document")
      end = document.range.upperBound
      if let root = document.root { checks.checkNode(root, bytes, &edits) }
    }
    checks.checkApplied(edits, bytes, "replacing each scalar by itself")
    end = 0
    for comment in tree.comments {
      checks.require(comment, in: end..<bytes.count, "comment")
      if bytes[comment.lowerBound] != 0x23 { finding("a comment without #") }
      end = comment.upperBound
    }
  }

  /// Checks that the reader of plain texts and libyaml agree: behind a byte order mark, which is no
  /// part of the text, it is always libyaml that reads.
  public static func checkReaders(_ bytes: Span<UInt8>) {
    guard let tree = try? SourceTree.parse(bytes, syntax: .yaml), !tree.hasBOM else { return }
    let marked: [UInt8] = [0xef, 0xbb, 0xbf] + bytes.indices.map { bytes[$0] }
    guard let other = try? SourceTree.parse(marked.span, syntax: .yaml) else {
      finding("libyaml refuses what was read")
    }
    if description(tree, 0) != description(other, 3) { finding("another tree than libyaml's") }
  }

  private static func description(_ tree: SourceTree, _ base: Int) -> String {
    var lines: [String] = []
    func add(_ range: Range<Int>?, _ more: String = "") {
      let place = range.map { "\($0.lowerBound - base)-\($0.upperBound - base)" }
      lines.append("\(place ?? "none") \(more)")
    }
    for comment in tree.comments { add(comment) }
    for document in tree.documents {
      add(document.range)
      var open = [document.root].compactMap { $0 }
      while let id = open.popLast() {
        let node = tree[id]
        add(node.range, "\(node.kind) \(tree.string(of: id) ?? "")")
        for part in [node.contentRange, node.anchor, node.tag] { add(part) }
        open += tree.children(of: id)
      }
    }
    return lines.joined(separator: "\n")
  }

  private func checkApplied(
    _ edits: borrowing SpliceEdits, _ bytes: Span<UInt8>, _ what: String
  ) {
    var output = WipedBuffer()
    do { try edits.apply(to: bytes, appendingTo: &output) } catch { finding("\(what): \(error)") }
    if !ConstantTime.equal(output.bytes, bytes) { finding("\(what) changes the text") }
  }

  private func require(_ inner: Range<Int>, in outer: Range<Int>, _ what: String) {
    if inner.lowerBound < outer.lowerBound || inner.upperBound > outer.upperBound {
      finding("\(what) \(inner) is not in \(outer)")
    }
  }

  private func checkNode(_ root: NodeID, _ bytes: Span<UInt8>, _ edits: inout SpliceEdits) {
    var open = [root]
    while let id = open.popLast() {
      let node = tree[id]
      require(node.range, in: 0..<count, "node")
      require(node.contentRange, in: node.range, "content")
      if node.range.upperBound != node.contentRange.upperBound { finding("ends differ") }
      for property in [node.anchor, node.tag].compactMap({ $0 }) {
        require(property, in: node.range.lowerBound..<node.contentRange.lowerBound, "property")
      }
      if let anchor = node.anchor, bytes[anchor.lowerBound] != 0x26 { finding("no & in an anchor") }
      if let tag = node.tag, bytes[tag.lowerBound] != 0x21 { finding("no ! in a tag") }
      let position = tree.position(of: node.range.lowerBound, in: bytes)
      if position.line < 1 || position.column < 1 { finding("a position outside") }
      switch node.kind {
      case .scalar:
        edits.replace(node.contentRange, with: bytes.extracting(node.contentRange))
        if tree.string(of: id) == nil { finding("a scalar without a value") }
      case .alias:
        if tree.target(of: id) == nil { finding("an alias without a target") }
      case .mapping, .sequence: checkChildren(id, node, &open)
      }
    }
  }

  private func checkChildren(_ id: NodeID, _ node: Node, _ open: inout [NodeID]) {
    _ = tree.duplicateKeys(of: id)
    var end = node.contentRange.lowerBound
    let children = tree.children(of: id)
    for child in children {
      let range = tree[child].range
      require(range, in: end..<node.contentRange.upperBound, "child")
      end = range.upperBound
      if tree[child].parent != id { finding("another parent") }
    }
    open.append(contentsOf: children.reversed())
  }
}
