internal import YAMLSource

/// Lists the entries of an object that is no Secret: what its patterns name (docs/format.md,
/// section 2.2).
struct FieldCollector {
  /// Kubernetes has no longer keys, in bytes.
  private static let maximumKeyByteCount = 1_024
  /// The names of all entries, in bytes: an envelope has room for no more.
  private static let maximumNameByteCount = 4 << 20
  /// Far more than an object and patterns that anybody would write come to, in `FieldMatcher.cost`.
  private static let maximumCost = 1 << 28

  private let tree: SourceTree
  private let values: EntryCollector
  private var entries: [UnitEntry] = []
  /// The nodes that patterns name, in the order of the text.
  private var covered: [Range<Int>] = []
  private var nameByteCount = 0
  private var cost = 0

  static func entries(
    of root: NodeID, patterns: [FieldPattern], tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) -> [UnitEntry] {
    guard !patterns.isEmpty else { return [] }
    var collector = FieldCollector(tree: tree)
    try collector.descend(root, FieldMatcher(patterns), path: [], source)
    try collector.checkAliases(source)
    return EntryCollector.ordered(collector.entries)
  }

  private init(tree: SourceTree) {
    self.tree = tree
    values = EntryCollector(tree: tree, mappings: [])
  }

  /// Looks for what patterns name below a node.
  private mutating func descend(
    _ node: NodeID, _ matcher: FieldMatcher, path: [String], _ source: Span<UInt8>
  ) throws(ManifestError) {
    switch tree[node].kind {
    case .scalar: return
    case .alias:
      guard let target = tree.target(of: node), case .scalar = tree[target].kind else {
        throw aliased(node, EntryName.encode(path, isComment: false), source)
      }
    case .sequence:
      for (index, item) in tree.items(of: node).enumerated() {
        try spend(matcher.cost(ofKey: 0), node, source)
        let next = matcher.step(element: index)
        guard !next.isEmpty else { continue }
        try descend(item, next, path: path + [String(index)], source)
      }
    case .mapping:
      for (pair, key) in try keys(of: node, source) {
        try spend(matcher.cost(ofKey: key.utf8.count), node, source)
        guard key != "<<" else {
          throw error(
            .mergeKey, "a merge key where fields are sealed; write the fields out", pair.key,
            source)
        }
        let next = matcher.step(key: Array(key.utf8))
        guard !next.isEmpty else { continue }
        let path = path + [Self.component(ofKey: key)]
        guard next.isMatch else {
          try descend(pair.value, next, path: path, source)
          continue
        }
        covered.append(tree[pair.value].range)
        try cover(pair.value, container: node, path: path, source)
        addComments(of: pair, in: node, path: path, source)
      }
    }
  }

  /// Takes a node with everything in it.
  private mutating func cover(
    _ node: NodeID, container: NodeID, path: [String], _ source: Span<UInt8>
  ) throws(ManifestError) {
    switch tree[node].kind {
    case .alias: try add(.alias, node, .none, path, source)
    case .sequence:
      let items = tree.items(of: node)
      if items.isEmpty { try add(.empty(.sequence), node, .none, path, source) }
      for (index, item) in items.enumerated() {
        try cover(item, container: node, path: path + [String(index)], source)
      }
    case .mapping:
      let pairs = try keys(of: node, source)
      if pairs.isEmpty { try add(.empty(.mapping), node, .none, path, source) }
      for (pair, key) in pairs {
        try cover(
          pair.value, container: node, path: path + [Self.component(ofKey: key)], source)
      }
    case .scalar(.absent): try add(.empty(.absent), node, .none, path, source)
    case .scalar:
      try add(.value, node, values.insertion(node, in: container, source), path, source)
    }
  }

  private mutating func add(
    _ kind: EntryKind, _ id: NodeID, _ insertion: TokenInsertion, _ path: [String],
    _ source: Span<UInt8>
  ) throws(ManifestError) {
    let node = tree[id]
    let name = EntryName.encode(path, isComment: false)
    nameByteCount += name.utf8.count
    guard nameByteCount <= Self.maximumNameByteCount else {
      throw error(.tooLong, "the paths of the sealed fields are longer than 4 MiB", id, source)
    }
    let start = node.contentRange.lowerBound
    entries.append(
      UnitEntry(
        kind: kind, path: path, name: name, node: id,
        contentRange: kind.isEmpty ? start..<start : node.contentRange, anchor: node.anchor,
        tag: node.tag, insertion: insertion,
        token: kind == .value
          ? TokenScanner.token(of: id, content: node.contentRange, tree: tree, source: source)
          : nil))
  }

  /// A key on the way to an entry: in quotes where it could be taken for the number of an element.
  private static func component(ofKey key: String) -> String {
    let isNumber = !key.isEmpty && key.utf8.allSatisfy { (0x30...0x39).contains($0) }
    return isNumber || key.utf8.first == UInt8(ascii: "\"") ? "\"\(key)\"" : key
  }

  private mutating func addComments(
    of pair: (key: NodeID, value: NodeID), in mapping: NodeID, path: [String],
    _ source: Span<UInt8>
  ) {
    let isInFlow = tree.isFlowMapping(mapping)
    let place = EncryptedMapping(
      name: "", key: pair.key, value: pair.value, isInFlow: isInFlow,
      unitIndentation: isInFlow
        ? 0 : MappingEditor(tree: tree).indentation(of: mapping, source: source))
    for comment in CommentRegion.comments(of: place, tree: tree, source: source) {
      entries.append(values.comment(comment, path: path, source))
    }
  }

  /// The pairs of a mapping with their keys; refuses what could hide one.
  private func keys(
    of mapping: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) -> [(pair: (key: NodeID, value: NodeID), key: String)] {
    if let key = tree.duplicateKeys(of: mapping).first {
      throw error(.duplicateKey, "a key stands twice where fields are sealed", key, source)
    }
    var keys: [(pair: (key: NodeID, value: NodeID), key: String)] = []
    for pair in tree.pairs(of: mapping) {
      guard case .scalar = tree[pair.key].kind, let key = tree.string(of: pair.key) else {
        throw error(.notScalar, "a key that is not written as a text", pair.key, source)
      }
      guard key.utf8.count <= Self.maximumKeyByteCount else {
        throw error(.tooLong, "a key of more than 1,024 bytes", pair.key, source)
      }
      keys.append((pair, key))
    }
    return keys
  }

  /// What an alias stands for is to be sealed where it stands.
  private func checkAliases(_ source: Span<UInt8>) throws(ManifestError) {
    for entry in entries where entry.kind == .alias {
      guard let node = entry.node else { continue }
      guard let target = tree.target(of: node), isCovered(tree[target].range) else {
        throw aliased(node, entry.name, source)
      }
    }
  }

  private func isCovered(_ range: Range<Int>) -> Bool {
    var (lower, upper) = (0, covered.count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if covered[middle].lowerBound <= range.lowerBound {
        lower = middle + 1
      } else {
        upper = middle
      }
    }
    return lower > 0 && range.upperBound <= covered[lower - 1].upperBound
  }

  private mutating func spend(
    _ count: Int, _ node: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) {
    cost += count
    guard cost <= Self.maximumCost else {
      throw error(
        .tooLong, "too many keys for so many paths of fields; name fewer", node, source)
    }
  }

  private func aliased(_ node: NodeID, _ name: String, _ source: Span<UInt8>) -> ManifestError {
    error(
      .aliasOutside, "\(name) is an alias to what stays readable elsewhere; write it out", node,
      source)
  }

  private func error(
    _ code: ManifestError.Code, _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> ManifestError {
    ManifestError(code, message, at: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
