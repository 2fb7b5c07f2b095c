internal import YAMLSource

/// `data` or `stringData`, a mapping or null.
struct EncryptedMapping {
  let name: String
  let key: NodeID
  let value: NodeID
  /// Whether it stands in a mapping in flow style.
  let isInFlow: Bool
  /// How far that mapping is indented, when it is not in flow style.
  let unitIndentation: Int
}

/// Lists the entries of a unit's encrypted mappings.
struct EntryCollector {
  let tree: SourceTree
  let mappings: [EncryptedMapping]

  func entries(_ source: Span<UInt8>) throws(ManifestError) -> [UnitEntry] {
    var entries: [UnitEntry] = []
    for mapping in mappings {
      let pairs = tree.pairs(of: mapping.value)
      entries.reserveCapacity(entries.count + pairs.count)
      for pair in pairs {
        entries.append(try entry(pair.key, pair.value, in: mapping, source))
      }
      for comment in CommentRegion.comments(of: mapping, tree: tree, source: source) {
        entries.append(self.comment(comment, path: [mapping.name], source))
      }
    }
    return Self.ordered(entries)
  }

  /// A comment as an entry; its range begins with the `#`.
  func comment(_ comment: Range<Int>, path: [String], _ source: Span<UInt8>) -> UnitEntry {
    let text = comment.lowerBound + 1..<comment.upperBound
    return UnitEntry(
      kind: .comment, path: path, name: EntryName.encode(path, isComment: true), node: nil,
      contentRange: text, anchor: nil, tag: nil, insertion: .none,
      token: TokenScanner.token(ofComment: text, source: source))
  }

  /// Entries in the order of the text.
  static func ordered(_ entries: [UnitEntry]) -> [UnitEntry] {
    let isOrdered = entries.indices.dropFirst().allSatisfy {
      entries[$0 - 1].contentRange.lowerBound <= entries[$0].contentRange.lowerBound
    }
    if isOrdered { return entries }
    return entries.sorted { $0.contentRange.lowerBound < $1.contentRange.lowerBound }
  }

  private func entry(
    _ key: NodeID, _ value: NodeID, in mapping: EncryptedMapping, _ source: Span<UInt8>
  ) throws(ManifestError) -> UnitEntry {
    guard let keyText = tree.string(of: key) else {
      throw error(.notScalar, "a key under \(mapping.name) is not a text", key, source)
    }
    let path = [mapping.name, keyText]
    let name = EntryName.encode(path, isComment: false)
    let node = tree[value]
    switch node.kind {
    case .alias:
      guard let target = tree.target(of: value), isInside(target) else {
        throw error(
          .aliasOutside,
          "\(name) is an alias to a value outside data and stringData, which would stay readable",
          value, source)
      }
      return UnitEntry(
        kind: .alias, path: path, name: name, node: value, contentRange: node.contentRange,
        anchor: nil, tag: nil, insertion: .none, token: nil)
    case .scalar(let style):
      let insertion =
        style == .absent
        ? try self.insertion(key, value, in: mapping, name: name, source)
        : self.insertion(value, in: mapping.value, source)
      return UnitEntry(
        kind: .value, path: path, name: name, node: value, contentRange: node.contentRange,
        anchor: node.anchor, tag: node.tag, insertion: insertion,
        token: TokenScanner.token(
          of: value, content: node.contentRange, tree: tree, source: source))
    case .mapping, .sequence:
      throw error(
        .notScalar, "\(name) is a collection; a Secret's values are texts", value, source)
    }
  }

  /// What a plain scalar needs in the place of a value that is there.
  ///
  /// - Parameter container: The mapping or sequence that it stands in.
  func insertion(
    _ value: NodeID, in container: NodeID, _ source: Span<UInt8>
  ) -> TokenInsertion {
    let node = tree[value]
    let start = node.contentRange.lowerBound
    // `&a:b` is the anchor `a` and the scalar `:b`.
    if node.anchor?.upperBound == start { return .space }
    // A block scalar may begin a line that is indented no deeper than its key.
    if tree.isBlockScalar(value), let blanks = SourceLines.indentation(of: start, in: source),
      blanks.count
        <= MappingEditor(tree: tree).indentation(of: container, source: source)
    {
      return .space
    }
    return .none
  }

  /// What a token needs where nothing is.
  private func insertion(
    _ key: NodeID, _ value: NodeID, in mapping: EncryptedMapping, name: String,
    _ source: Span<UInt8>
  ) throws(ManifestError) -> TokenInsertion {
    let node = tree[value]
    // With a colon or properties an absent value stands directly behind them.
    if node.contentRange.lowerBound > tree[key].range.upperBound { return .space }
    // In flow style a colon can follow the key, if it is not too long for one.
    let keyRange = tree[key].range
    if tree.isFlowMapping(mapping.value), !tree[key].contentRange.isEmpty, keyRange.count <= 1_000,
      SourceLines.end(of: keyRange.lowerBound, in: source) >= keyRange.upperBound
    {
      return .colonSpace
    }
    throw error(
      .explicitKeyWithoutValue, "\(name) is an explicit key without a value", key, source)
  }

  /// Whether a node lies inside one of the encrypted mappings.
  private func isInside(_ node: NodeID) -> Bool {
    let range = tree[node].range
    return mappings.contains { mapping in
      let outer = tree[mapping.value].range
      return outer.lowerBound <= range.lowerBound && range.upperBound <= outer.upperBound
    }
  }

  private func error(
    _ code: ManifestError.Code, _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> ManifestError {
    ManifestError(code, message, at: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
