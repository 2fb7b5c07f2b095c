public import YAMLSource

/// Finds the Secrets of a manifest, and what else is sealed in it (docs/format.md, section 2).
public enum ManifestReader {
  /// Every Secret, in the order of the text.
  ///
  /// - Parameter fields: Which objects beside Secrets are units. Those with an envelope are.
  /// - Throws: `ManifestError` when a Secret is not one that can be worked on. Other documents are
  ///   not judged.
  public static func units(
    in tree: SourceTree, source: Span<UInt8>, fields: FieldChoice = .none
  ) throws(ManifestError) -> [SecretUnit] {
    var walk = ManifestWalk(tree: tree, fields: fields)
    for (index, document) in tree.documents.enumerated() {
      guard let root = document.root else { continue }
      try walk.visit(root, document: index, isInSecretList: false, source)
    }
    return walk.units
  }

  /// What every document that is a mapping says it is.
  public static func kinds(in tree: SourceTree) -> [DocumentKind] {
    tree.documents.compactMap { document in
      document.root.map { ObjectHeader(of: $0, in: tree).documentKind }
    }
  }
}

/// One reading of a manifest.
private struct ManifestWalk {
  let tree: SourceTree
  let fields: FieldChoice
  private(set) var units: [SecretUnit] = []
  /// The objects that have been read, where aliases can lead to them.
  private var visited: Set<NodeID> = []
  private var headers = HeaderCache()
  private var last = SourcePosition(offset: 0, line: 1, column: 1)
  /// How many objects were no Secrets.
  private var otherCount = 0
  /// How many objects there were.
  private var objectCount = 0

  init(tree: SourceTree, fields: FieldChoice) {
    self.tree = tree
    self.fields = fields
  }

  mutating func visit(
    _ node: NodeID, document: Int, isInSecretList: Bool, _ source: Span<UInt8>
  ) throws(ManifestError) {
    let header = ObjectHeader(of: node, in: tree, cache: &headers)
    if header.isUnclearSecret {
      throw error(
        .unclearKind, "a Secret says apiVersion: v1 and kind: Secret, spelt like this", node,
        source)
    }
    let isSecret = header.isSecret || (isInSecretList && header.isEmpty)
    if !header.isList { objectCount += 1 }
    guard isSecret || header.isList else {
      return try visitOther(node, header, document: document, source)
    }
    if let target = tree.target(of: node) {
      guard visited.contains(target) else {
        throw error(
          .aliasOutside, "an alias to a Secret that stands elsewhere; write it out", node, source)
      }
      return
    }
    guard case .mapping = tree[node].kind else { return }
    if tree.hasAliases { visited.insert(node) }
    guard !isSecret else {
      last = position(of: tree[node].range.lowerBound, source)
      units.append(
        try UnitReader(
          tree: tree, root: node, document: document, objectPlace: objectCount, position: last
        ).read(source))
      return
    }
    if header.hasMergeKey {
      throw error(
        .mergeKey, "a merge key in a List would hide what is in it; write it out", node, source)
    }
    for pair in tree.pairs(of: node) where tree.resolvedText(of: pair.key) == "items" {
      if tree[pair.value].kind == .alias {
        throw error(.aliasedMapping, "items is an alias; write it out", pair.value, source)
      }
      for item in tree.items(of: pair.value) {
        try visit(item, document: document, isInSecretList: header.isSecretList, source)
      }
    }
  }

  /// An object that is no Secret: a unit when its envelope or the choice says so.
  private mutating func visitOther(
    _ node: NodeID, _ header: ObjectHeader, document: Int, _ source: Span<UInt8>
  ) throws(ManifestError) {
    otherCount += 1
    if let target = tree.target(of: node) {
      guard fields.rule(for: header) == nil || visited.contains(target) else {
        throw error(
          .aliasOutside, "an alias to an object that stands elsewhere; write it out", node, source)
      }
      return
    }
    guard case .mapping = tree[node].kind else { return }
    if fields.isUnclear(header) {
      throw error(
        .unclearObject,
        "an object of which fields are sealed spells apiVersion and kind as the policy does", node,
        source)
    }
    if tree.hasAliases { visited.insert(node) }
    let start = tree[node].range.lowerBound
    guard
      fields.rule(for: header) != nil || fields.places[otherCount] != nil
        || tree.envelope(of: node) != nil
    else { return }
    let reader = UnitReader(
      tree: tree, root: node, document: document, objectPlace: objectCount,
      position: position(of: start, source))
    last = reader.position
    if let unit = try reader.read(header, number: otherCount, choice: fields, source) {
      units.append(unit)
    }
  }

  /// The position of an offset behind the last one.
  ///
  /// Counts on from there in a line that both
  /// share, so that a list in one long line is not counted through again for every element.
  private func position(of offset: Int, _ source: Span<UInt8>) -> SourcePosition {
    guard last.offset <= offset else { return tree.position(of: offset, in: source) }
    var column = last.column
    for index in last.offset..<offset {
      guard SourceLines.breakLength(at: index, in: source) == 0, index >= 3 else {
        return tree.position(of: offset, in: source)
      }
      if source[index] & 0xc0 != 0x80 { column += 1 }
    }
    return SourcePosition(offset: offset, line: last.line, column: column)
  }

  private func error(
    _ code: ManifestError.Code, _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> ManifestError {
    ManifestError(code, message, at: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
