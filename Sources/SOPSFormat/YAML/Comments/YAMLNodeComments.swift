internal import CryptoCore
internal import YAMLSource

/// The comments of a node or document.
struct YAMLComments {
  var head: [Range<Int>] = []
  /// Behind it on its line.
  var line: [Range<Int>] = []
  var foot: [Range<Int>] = []

  var isEmpty: Bool { head.isEmpty && line.isEmpty && foot.isEmpty }

  fileprivate var starts: [Int] { (head + line + foot).map(\.lowerBound) }
}

/// Which comments belong to which nodes of a text.
struct YAMLNodeComments {
  private(set) var documents: [YAMLComments]
  private var nodes: [NodeID: YAMLComments] = [:]

  init(_ tree: SourceTree, _ source: Span<UInt8>) {
    documents = tree.documents.map { _ in YAMLComments() }
    guard !tree.comments.isEmpty || Self.hasCommentInScalar(tree, source) else { return }
    var parser = YAMLCommentParser(tree)
    parser.parse(source)
    for (index, found) in zip(documents.indices, parser.documents) { documents[index] = found }
    for (id, found) in zip(tree.nodes, parser.nodes) {
      if let found, !found.isEmpty { nodes[id] = found }
    }
    keepForgotten(tree)
  }

  /// Whether there is a comment behind the indicator of a block scalar, to which it belongs.
  private static func hasCommentInScalar(_ tree: SourceTree, _ source: Span<UInt8>) -> Bool {
    guard source.firstIndex(of: UInt8(ascii: "#")) != nil else { return false }
    for id in tree.nodes {
      let node = tree[id]
      guard node.kind == .scalar(.literal) || node.kind == .scalar(.folded) else { continue }
      let start = node.contentRange.lowerBound
      for index in start..<LineBreaks.endOfLine(from: start, in: source)
      where source[index] == UInt8(ascii: "#") { return true }
    }
    return false
  }

  /// Whether any belongs to a node.
  var areInNodes: Bool { !nodes.isEmpty }

  subscript(id: NodeID) -> YAMLComments { nodes[id] ?? YAMLComments() }

  /// Gives the comments that go-yaml forgets to what follows them in the same brackets or document,
  /// or else to the end of these.
  private mutating func keepForgotten(_ tree: SourceTree) {
    var known: Set<Int> = []
    for comments in documents { known.formUnion(comments.starts) }
    for comments in nodes.values { known.formUnion(comments.starts) }
    let forgotten = tree.comments.filter { !known.contains($0.lowerBound) }
    guard !forgotten.isEmpty else { return }
    let entries = Self.entries(of: tree)
    var next = 0
    var document = 0
    for comment in forgotten {
      let place = comment.lowerBound
      while next < entries.count, tree[entries[next]].range.lowerBound < place { next += 1 }
      while document + 1 < documents.count,
        tree.documents[document + 1].range.lowerBound <= place
      { document += 1 }
      guard document < documents.count else { return }
      let flow = Self.innermostFlow(around: place, before: next, of: entries, tree)
      let end =
        flow.map { tree[$0].range.upperBound } ?? tree.documents[document].range.upperBound
      if next < entries.count, tree[entries[next]].range.lowerBound < end {
        nodes[entries[next], default: YAMLComments()].head.append(comment)
      } else if let flow {
        nodes[flow, default: YAMLComments()].foot.append(comment)
      } else {
        documents[document].foot.append(comment)
      }
    }
  }

  private static func innermostFlow(
    around place: Int, before next: Int, of entries: [NodeID], _ tree: SourceTree
  ) -> NodeID? {
    // An empty one is the last node in front of the place, any other holds that.
    let last = next < entries.count ? entries[next].place : tree.nodeCount
    guard last > 0 else { return nil }
    var node = tree.node(at: last - 1)
    while let id = node {
      switch tree[id].kind {
      case .mapping(isFlow: true), .sequence(isFlow: true):
        if tree[id].range.contains(place) { return id }
      default: break
      }
      node = tree[id].parent
    }
    return nil
  }

  /// The keys of mappings and the items of lists, in order.
  private static func entries(of tree: SourceTree) -> [NodeID] {
    var isEntry = Array(repeating: false, count: tree.nodeCount)
    for id in tree.nodes {
      for item in tree.items(of: id) { isEntry[item.place] = true }
      for pair in tree.eachPair(of: id) { isEntry[pair.key.place] = true }
    }
    return tree.nodes.filter { isEntry[$0.place] }
  }
}
