internal import CryptoCore
internal import YAMLSource

/// Reads YAML as SOPS sees it: aliases expanded, comments as entries of what they stand in.
struct YAMLTreeReader {
  private let tree: SourceTree
  private let comments: YAMLNodeComments
  private let text: TreeText
  private var entryCount = 0
  /// How many aliases stand for what is read.
  private var aliasDepth = 0

  static func read(
    _ source: Span<UInt8>, limits: SourceLimits, _ storage: inout ParserStorage
  ) throws(SOPSError) -> Tree {
    let tree: SourceTree
    do {
      tree = try SourceTree.parse(source, syntax: .yaml, limits: limits, storage: &storage)
    } catch { throw SOPSError(error) }
    var reader = YAMLTreeReader(
      tree: tree, comments: YAMLNodeComments(tree, source),
      text: TreeText(capacity: source.count))
    return try reader.read(source)
  }

  private init(tree: SourceTree, comments: YAMLNodeComments, text: TreeText) {
    self.tree = tree
    self.comments = comments
    self.text = text
  }

  private mutating func read(_ source: Span<UInt8>) throws(SOPSError) -> Tree {
    var result = Tree(text: text)
    for (index, document) in tree.documents.enumerated() {
      try YAMLVersionGuard.check(source, from: document.range.lowerBound)
      result.documents.append(
        try self.document(document, comments.documents[index], source))
    }
    return result
  }

  private mutating func document(
    _ document: SourceDocument, _ comments: YAMLComments, _ source: Span<UInt8>
  ) throws(SOPSError) -> [TreeEntry] {
    var entries = above(comments, source)
    if let root = document.root {
      let node = tree[root]
      let own = self.comments[root]
      switch node.kind {
      case .mapping:
        entries += above(own, source)
        entries += try mapping(root, depth: 0, source)
      case .scalar where isNull(root): entries += above(own, source)
      default:
        throw SOPSError(
          .unsupportedDocument, "the document is not a mapping, and SOPS takes nothing else",
          at: tree.position(of: node.contentRange.lowerBound, in: source))
      }
      entries += self.entries(own.foot, source)
    }
    return entries + self.entries(comments.foot, source)
  }

  private func isNull(_ id: NodeID) -> Bool {
    let kind = tree[id].kind
    guard kind == .scalar(.plain) || kind == .scalar(.absent), tree[id].tag == nil else {
      return false
    }
    return tree.withValue(of: id) { YAMLScalarResolver.kind(of: $0) == .null }
  }

  private mutating func above(_ comments: YAMLComments, _ source: Span<UInt8>) -> [TreeEntry] {
    entries(comments.head, source) + entries(comments.line, source)
  }

  private mutating func entries(
    _ comments: [Range<Int>], isInline: Bool = false, _ source: Span<UInt8>
  ) -> [TreeEntry] {
    // Aliases multiply comments as well.
    entryCount += comments.count
    var entries: [TreeEntry] = []
    for range in comments { entries.append(comment(in: range, isInline: isInline, source)) }
    return entries
  }

  private func comment(
    in range: Range<Int>, isInline: Bool, _ source: Span<UInt8>
  ) -> TreeEntry {
    let text = text.add(source.extracting((range.lowerBound + 1)..<range.upperBound))
    return TreeEntry(content: .comment(isInline: isInline), text: text, source: range)
  }

  private mutating func count(_ id: NodeID, depth: Int, _ source: Span<UInt8>) throws(SOPSError) {
    entryCount += 1
    guard entryCount <= TreeLimits.entryCount, depth <= TreeLimits.depth,
      text.byteCount <= TreeLimits.byteCount
    else {
      throw SOPSError(
        .limitExceeded, "with its aliases expanded the document is too large or too deep",
        at: position(of: id, source))
    }
  }

  private func position(of id: NodeID, _ source: Span<UInt8>) -> SourcePosition {
    tree.position(of: tree[id].contentRange.lowerBound, in: source)
  }

  /// The entries of a mapping, without the comments of the mapping itself.
  private mutating func mapping(
    _ id: NodeID, depth: Int, _ source: Span<UInt8>
  ) throws(SOPSError) -> [TreeEntry] {
    if let duplicate = tree.duplicateKeys(of: id).first {
      throw SOPSError(
        .duplicateKey, "the mapping has this key twice", at: position(of: duplicate, source))
    }
    var entries: [TreeEntry] = []
    let isFlow = tree[id].kind == .mapping(isFlow: true)
    let pairs = tree.pairs(of: id)
    entries.reserveCapacity(pairs.count)
    for pair in pairs {
      let name = try self.name(of: pair.key, source)
      if isMerge(pair.key), !isMergeable(pair.value) {
        throw SOPSError(
          .syntax, "what is merged is neither a mapping nor a list of mappings",
          at: position(of: pair.value, source))
      }
      try count(pair.key, depth: depth, source)
      guard comments.areInNodes else {
        var entry = try value(pair.value, YAMLComments(), depth: depth + 1, source)
        entry.key = name
        entry.start = tree[pair.key].range.lowerBound
        entry.isInFlow = isFlow
        entries.append(entry)
        continue
      }
      var (around, own) = (comments[pair.key], comments[pair.value])
      var inside = YAMLComments()
      if isCollection(pair.value) {
        swap(&inside, &own)
        // Behind a key on two lines go-yaml writes what the collection begins with. The metadata
        // have a short key and no comments.
        if depth > 0 || name != MetadataPlace.key {
          inside.head.insert(contentsOf: around.line.filter { isSealed($0, source) }, at: 0)
          around.line.removeAll { isSealed($0, source) }
        }
      }
      entries += above(around, source)
      entries += self.entries(own.head, source)
      entries += self.entries(own.line, isInline: true, source)
      var entry = try value(pair.value, inside, depth: depth + 1, source)
      entry.key = name
      entry.start = tree[pair.key].range.lowerBound
      entry.isInFlow = isFlow
      let behind = takeOutdented(from: &entry, pair.value, source)
      entries.append(entry)
      entries += behind + self.entries(own.foot, source)
      entries += self.entries(around.foot, source)
    }
    return entries
  }

  /// The items of a list, without the comments of the list itself.
  private mutating func sequence(
    _ id: NodeID, depth: Int, _ source: Span<UInt8>
  ) throws(SOPSError) -> [TreeEntry] {
    var entries: [TreeEntry] = []
    let isFlow = tree[id].kind == .sequence(isFlow: true)
    for item in tree.items(of: id) {
      try count(item, depth: depth, source)
      let own = comments[item]
      entries += self.entries(own.head, source)
      entries += self.entries(own.line, isInline: true, source)
      var entry = try value(item, YAMLComments(), depth: depth + 1, source)
      entry.start = tree[item].range.lowerBound
      entry.isInFlow = isFlow
      let behind = takeOutdented(from: &entry, item, source)
      entries.append(entry)
      entries += behind + self.entries(own.foot, source)
    }
    return entries
  }

  /// Takes encrypted comments at the end of a block out of it when they stand further out.
  ///
  /// They were written by an emitter and are bound to the keys above them. go-yaml gives some to the
  /// last item of the block, where they do not open.
  private func takeOutdented(
    from entry: inout TreeEntry, _ id: NodeID, _ source: Span<UInt8>
  ) -> ArraySlice<TreeEntry> {
    let isList: Bool
    let inner: [TreeEntry]
    switch (entry.content, tree[id].kind) {
    case (.list(let entries), .sequence(isFlow: false)): (isList, inner) = (true, entries)
    case (.mapping(let entries), .mapping(isFlow: false)): (isList, inner) = (false, entries)
    default: return []
    }
    guard inner.last?.isComment == true else { return [] }
    let column = column(of: tree[id].contentRange.lowerBound, source)
    var end = inner.count
    while end > 0, inner[end - 1].isComment,
      self.column(of: inner[end - 1].source.lowerBound, source) < column,
      isSealed(inner[end - 1].source, source)
    { end -= 1 }
    guard end < inner.count else { return [] }
    let kept = Array(inner[..<end])
    entry.content = isList ? .list(kept) : .mapping(kept)
    return inner[end...]
  }

  /// Whether a comment looks encrypted.
  private func isSealed(_ comment: Range<Int>, _ source: Span<UInt8>) -> Bool {
    EncryptedValue.isLikely(source.extracting((comment.lowerBound + 1)..<comment.upperBound))
  }

  private func column(of offset: Int, _ source: Span<UInt8>) -> Int {
    tree.position(of: offset, in: source).column
  }

  private func name(of id: NodeID, _ source: Span<UInt8>) throws(SOPSError) -> String {
    let scalar = tree.target(of: id) ?? id
    let node = tree[scalar]
    if case .scalar(let style) = node.kind {
      let tag = explicitTag(of: scalar)
      let isString =
        tag.map { $0 == YAMLTag.string || $0 == YAMLTag.merge }
        ?? (style != .plain && style != .absent
          || tree.withValue(of: scalar) { YAMLScalarResolver.isString($0) })
      if isString, let name = tree.string(of: scalar) { return name }
    }
    throw SOPSError(
      .nonStringKey, "the key is not a string, and SOPS takes no other: put it in quotes",
      at: position(of: id, source))
  }

  /// The tag of a node; nil for none, and for the one that says nothing.
  private func explicitTag(of id: NodeID) -> String? {
    let tag = tree.resolvedTag(of: id)
    return tag == "!" ? nil : tag
  }

  /// Whether a key, as somebody wrote it and not SOPS, stands for the entries of its value.
  private func isMerge(_ id: NodeID) -> Bool {
    tree.hasValue(id, "<<") && tree[id].kind == .scalar(.plain) && explicitTag(of: id) == nil
  }

  private func isCollection(_ id: NodeID) -> Bool {
    switch tree[id].kind {
    case .mapping, .sequence: true
    case .scalar, .alias: false
    }
  }

  private func isList(_ id: NodeID) -> Bool {
    if case .sequence = tree[id].kind { return true }
    return false
  }

  private func isMergeable(_ id: NodeID) -> Bool {
    func isMapping(_ id: NodeID) -> Bool {
      if case .mapping = tree[tree.target(of: id) ?? id].kind { return true }
      return false
    }
    guard isList(id) else { return isMapping(id) }
    return tree.items(of: id).allSatisfy(isMapping)
  }

  /// - Parameter inside: The comments that go into a collection with its entries.
  private mutating func value(
    _ id: NodeID, _ inside: YAMLComments, depth: Int, _ source: Span<UInt8>
  ) throws(SOPSError) -> TreeEntry {
    try count(id, depth: depth, source)
    let node = tree[id]
    switch node.kind {
    case .alias:
      guard let target = tree.target(of: id) else { return TreeEntry(content: .null) }
      aliasDepth += 1
      defer { aliasDepth -= 1 }
      // Comments of what an alias stands for come along.
      return try value(target, comments[target], depth: depth + 1, source)
    case .mapping, .sequence:
      let isList = isList(id)
      let inner =
        isList
        ? try sequence(id, depth: depth, source) : try mapping(id, depth: depth, source)
      let entries =
        inside.isEmpty
        ? inner : above(inside, source) + inner + entries(inside.foot, source)
      return TreeEntry(
        content: isList ? .list(entries) : .mapping(entries), source: node.contentRange)
    case .scalar(let style):
      var entry = try YAMLScalarReader.entry(of: id, style, in: tree, text, source)
      entry.source = node.contentRange
      entry.isPlain =
        style == .plain && node.tag == nil && node.anchor == nil && aliasDepth == 0
      return entry
    }
  }
}
