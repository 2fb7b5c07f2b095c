import CryptoCore
import YAMLSource

/// What must hold of every tree, whatever the text: says what does not.
struct SpanChecks {
  let text: [UInt8]
  let tree: SourceTree

  /// Everything that is wrong, at most a few lines.
  static func problems(_ text: [UInt8], _ tree: SourceTree) -> [String] {
    let checks = SpanChecks(text: text, tree: tree)
    var problems: [String] = []
    for id in tree.allNodes { checks.checkNode(id, &problems) }
    checks.checkComments(&problems)
    checks.checkGaps(&problems)
    return Array(problems.prefix(5))
  }

  /// The parts that are neither blank nor indicator: properties, aliases, scalars, comments.
  var leaves: [Range<Int>] {
    var leaves = tree.comments
    for id in tree.allNodes {
      let node = tree[id]
      leaves += [node.anchor, node.tag].compactMap { $0 }
      switch node.kind {
      case .scalar, .alias: leaves.append(node.contentRange)
      case .mapping, .sequence: break
      }
    }
    return leaves.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
  }

  private func checkNode(_ id: NodeID, _ problems: inout [String]) {
    let node = tree[id]
    func require(_ condition: Bool, _ what: String) {
      if !condition { problems.append("\(what): \(node.kind) at \(node.contentRange)") }
    }
    require(node.range.upperBound <= text.count, "range in the text")
    require(node.range.upperBound == node.contentRange.upperBound, "ends together")
    require(node.range.lowerBound <= node.contentRange.lowerBound, "content in range")
    for part in [node.anchor, node.tag].compactMap({ $0 }) {
      require(part.count >= 1, "property not empty")
      require(
        node.range.lowerBound <= part.lowerBound
          && part.upperBound <= node.contentRange.lowerBound, "property in front of content")
    }
    if let anchor = node.anchor { require(text[anchor.lowerBound] == 0x26, "anchor begins with &") }
    if let tag = node.tag { require(text[tag.lowerBound] == 0x21, "tag begins with !") }
    require((tree.resolvedTag(of: id) != nil) == (node.tag != nil), "tag is resolved")
    checkContent(node, require)
    var end = node.contentRange.lowerBound
    for child in tree.children(of: id) {
      let inner = tree[child]
      require(inner.parent == id, "parent")
      require(inner.range.lowerBound >= end, "children in order")
      end = inner.range.upperBound
      require(end <= node.contentRange.upperBound, "children inside")
    }
  }

  private func checkContent(_ node: Node, _ require: (Bool, String) -> Void) {
    let content = node.contentRange
    let first = text[content].first
    let last = text[content].last
    switch node.kind {
    case .scalar(.absent): require(content.isEmpty, "absent is empty")
    case .scalar(.plain):
      require(!content.isEmpty, "plain is not empty")
      require(first != 0x20 && last != 0x20 && last != 0x0a && last != 0x09, "plain is trimmed")
    case .scalar(.singleQuoted): require(isQuoted(content, 0x27), "single quotes")
    case .scalar(.doubleQuoted): require(isQuoted(content, 0x22), "double quotes")
    case .scalar(.literal): require(first == 0x7c, "literal indicator")
    case .scalar(.folded): require(first == 0x3e, "folded indicator")
    case .alias: require(first == 0x2a && content.count > 1, "alias indicator")
    case .sequence(isFlow: true): require(first == 0x5b && last == 0x5d, "brackets")
    // A pair in a flow sequence is a mapping without braces.
    case .mapping(isFlow: true):
      require(node.parent != nil || (first == 0x7b && last == 0x7d), "braces")
    case .sequence(isFlow: false): require(first == 0x2d, "dash")
    case .mapping(isFlow: false): break
    }
  }

  private func isQuoted(_ range: Range<Int>, _ quote: UInt8) -> Bool {
    range.count >= 2 && text[range.lowerBound] == quote && text[range.upperBound - 1] == quote
  }

  private func checkComments(_ problems: inout [String]) {
    for comment in tree.comments {
      if text[comment.lowerBound] != 0x23 { problems.append("comment without # at \(comment)") }
      if text[comment].contains(where: { $0 == 0x0a || $0 == 0x0d }) {
        problems.append("comment over lines at \(comment)")
      }
    }
    for (left, right) in zip(leaves, leaves.dropFirst()) where left.upperBound > right.lowerBound {
      problems.append("overlap of \(left) and \(right)")
    }
  }

  /// Between the parts there are only blanks, line breaks, indicators, marks and directives: so no
  /// part is too short.
  private func checkGaps(_ problems: inout [String]) {
    var index = 0
    for leaf in leaves + [text.count..<text.count] {
      while index < leaf.lowerBound {
        let isLineStart = index == 0 || text[index - 1] == 0x0a || text[index - 1] == 0x0d
        if text[index] == 0x25, isLineStart || text[..<index].elementsEqual([0xef, 0xbb, 0xbf]) {
          while index < leaf.lowerBound, text[index] != 0x0a, text[index] != 0x0d { index += 1 }
          continue
        }
        let width = gapWidth(index, leaf.lowerBound)
        if width == 0 {
          problems.append("byte \(text[index]) at \(index) belongs to nothing")
          return
        }
        index += width
      }
      index = max(index, leaf.upperBound)
    }
  }

  private func gapWidth(_ index: Int, _ end: Int) -> Int {
    if " \t\r\n-?:,[]{}.".utf8.contains(text[index]) { return 1 }
    for other in [[0xef, 0xbb, 0xbf], [0xc2, 0x85], [0xe2, 0x80, 0xa8], [0xe2, 0x80, 0xa9]]
    where text[index..<end].starts(with: other.map { UInt8($0) }) { return other.count }
    return 0
  }
}
