internal import YAMLSource

/// Lists the entries of an object that is no Secret: what its patterns name (docs/format.md,
/// section 2.2).
struct FieldCollector {
  /// Longer keys could make a hostile pattern slow, in bytes.
  private static let maximumKeyByteCount = 1_024

  private let tree: SourceTree
  private let values: EntryCollector
  private var entries: [UnitEntry] = []

  static func entries(
    of root: NodeID, patterns: [FieldPattern], tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) -> [UnitEntry] {
    guard !patterns.isEmpty else { return [] }
    var collector = FieldCollector(tree: tree)
    try collector.descend(root, FieldMatcher(patterns), path: [], source)
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
        throw aliased(node, path, source)
      }
    case .sequence:
      let next = matcher.stepIntoElement()
      guard !next.isEmpty else { return }
      for (index, item) in tree.items(of: node).enumerated() {
        try descend(item, next, path: path + [String(index)], source)
      }
    case .mapping:
      for (pair, key) in try keys(of: node, source) {
        let next = matcher.step(key: Array(key.utf8))
        guard !next.isEmpty else { continue }
        if next.isMatch {
          try cover(pair.value, container: node, path: path + [key], source)
          addComments(of: pair, in: node, path: path + [key], source)
        } else {
          try descend(pair.value, next, path: path + [key], source)
        }
      }
    }
  }

  /// Takes a node with everything in it.
  private mutating func cover(
    _ node: NodeID, container: NodeID, path: [String], _ source: Span<UInt8>
  ) throws(ManifestError) {
    switch tree[node].kind {
    case .alias: throw aliased(node, path, source)
    case .sequence:
      for (index, item) in tree.items(of: node).enumerated() {
        try cover(item, container: node, path: path + [String(index)], source)
      }
    case .mapping:
      for (pair, key) in try keys(of: node, source) {
        try cover(pair.value, container: node, path: path + [key], source)
      }
    // Where nothing is, there is nothing to hide.
    case .scalar(.absent): return
    case .scalar:
      entries.append(
        UnitEntry(
          kind: .value, path: path, name: EntryName.encode(path, isComment: false), node: node,
          contentRange: tree[node].contentRange, anchor: tree[node].anchor, tag: tree[node].tag,
          insertion: values.insertion(node, in: container, source),
          token: TokenScanner.token(
            of: node, content: tree[node].contentRange, tree: tree, source: source)))
    }
  }

  private mutating func addComments(
    of pair: (key: NodeID, value: NodeID), in mapping: NodeID, path: [String],
    _ source: Span<UInt8>
  ) {
    let isCollection: Bool =
      switch tree[pair.value].kind {
      case .mapping, .sequence: true
      case .scalar, .alias: false
      }
    guard isCollection || tree.isNull(pair.value) else { return }
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
      if key == "<<" {
        throw error(
          .mergeKey, "a merge key where fields are sealed; write the fields out", pair.key, source)
      }
      guard key.utf8.count <= Self.maximumKeyByteCount else {
        throw error(.tooLong, "a key of more than 1,024 bytes", pair.key, source)
      }
      keys.append((pair, key))
    }
    return keys
  }

  private func aliased(
    _ node: NodeID, _ path: [String], _ source: Span<UInt8>
  ) -> ManifestError {
    error(
      .aliasOutside,
      "\(EntryName.encode(path, isComment: false)) is an alias to what may stay readable "
        + "elsewhere; write it out", node, source)
  }

  private func error(
    _ code: ManifestError.Code, _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> ManifestError {
    ManifestError(code, message, at: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
