internal import CryptoCore
internal import YAMLSource

/// Reads YAML as SOPS sees it: aliases expanded, comments as entries of what they stand in.
struct YAMLTreeReader {
  private let tree: SourceTree
  private let comments: YAMLComments
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
      tree: tree, comments: YAMLComments(tree, source), text: TreeText(capacity: source.count))
    return try reader.read(source)
  }

  private init(tree: SourceTree, comments: YAMLComments, text: TreeText) {
    self.tree = tree
    self.comments = comments
    self.text = text
  }

  private mutating func read(_ source: Span<UInt8>) throws(SOPSError) -> Tree {
    var result = Tree(text: text)
    for (index, document) in tree.documents.enumerated() {
      let start = index == 0 ? 0 : document.range.lowerBound
      try YAMLVersionGuard.check(source, from: document.range.lowerBound)
      let end =
        index + 1 < tree.documents.count
        ? tree.documents[index + 1].range.lowerBound : source.count
      result.documents.append(try self.document(document, start..<end, source))
    }
    return result
  }

  private mutating func document(
    _ document: SourceDocument, _ range: Range<Int>, _ source: Span<UInt8>
  ) throws(SOPSError) -> [TreeEntry] {
    var taken = range.lowerBound
    var entries: [TreeEntry] = []
    if let root = document.root {
      let node = tree[root]
      switch node.kind {
      case .mapping:
        entries = try mapping(root, &taken, limit: range.upperBound, depth: 0, source)
      case .scalar where isNull(root): break
      default:
        throw SOPSError(
          .unsupportedDocument, "the document is not a mapping, and SOPS takes nothing else",
          at: tree.position(of: node.contentRange.lowerBound, in: source))
      }
    }
    for comment in comments.in(min(taken, range.upperBound)..<range.upperBound) {
      entries.append(self.comment(in: comment.range, isInline: false, source))
    }
    return entries
  }

  private func isNull(_ id: NodeID) -> Bool {
    let kind = tree[id].kind
    guard kind == .scalar(.plain) || kind == .scalar(.absent), tree[id].tag == nil else {
      return false
    }
    return tree.withValue(of: id) { YAMLScalarResolver.kind(of: $0) == .null }
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

  /// The entries of a mapping; `taken` is how far the comments have been given to something.
  private mutating func mapping(
    _ id: NodeID, _ taken: inout Int, limit: Int, depth: Int, _ source: Span<UInt8>
  ) throws(SOPSError) -> [TreeEntry] {
    if let duplicate = tree.duplicateKeys(of: id).first {
      throw SOPSError(
        .duplicateKey, "the mapping has this key twice", at: position(of: duplicate, source))
    }
    var entries: [TreeEntry] = []
    let isFlow = tree[id].kind == .mapping(isFlow: true)
    let pairs = tree.pairs(of: id)
    entries.reserveCapacity(pairs.count)
    for (index, pair) in pairs.enumerated() {
      let key = tree[pair.key].range
      let start = key.lowerBound
      let next = index + 1 < pairs.count ? tree[pairs[index + 1].key].range.lowerBound : limit
      takeComments(upTo: start, &taken, &entries, source)
      let name = try self.name(of: pair.key, source)
      if isMerge(pair.key), !isMergeable(pair.value) {
        throw SOPSError(
          .syntax, "what is merged is neither a mapping nor a list of mappings",
          at: position(of: pair.value, source))
      }
      try count(pair.key, depth: depth, source)
      let value = tree[pair.value]
      switch value.kind {
      case .mapping(isFlow: false), .sequence(isFlow: false):
        // A comment behind the key says something about the key.
        let first = key.upperBound..<value.range.lowerBound
        if let comment = comments.first(in: first), comment.isInline {
          takeComments(upTo: comment.range.upperBound, &taken, &entries, source)
        }
      case .mapping, .sequence: break
      case .scalar, .alias:
        takeComments(upTo: value.range.lowerBound, &taken, &entries, source)
        takeInline(behind: pair.value, before: next, &taken, &entries, source)
      }
      var entry = try self.value(
        pair.value, in: isFlow ? nil : id, &taken, limit: next, depth: depth + 1, source)
      entry.key = name
      entry.start = start
      entry.isInFlow = isFlow
      entries.append(entry)
    }
    takeFeet(of: id, &taken, limit: limit, &entries, source)
    return entries
  }

  private func column(of id: NodeID, _ source: Span<UInt8>) -> Int {
    tree.position(of: tree[id].contentRange.lowerBound, in: source).column - 1
  }

  /// - Parameter outer: The mapping in blocks that the list is a value of; nil for another.
  private mutating func sequence(
    _ id: NodeID, in outer: NodeID?, _ taken: inout Int, limit: Int, depth: Int,
    _ source: Span<UInt8>
  ) throws(SOPSError) -> [TreeEntry] {
    var entries: [TreeEntry] = []
    let isFlow = tree[id].kind == .sequence(isFlow: true)
    let items = tree.items(of: id)
    for (index, item) in items.enumerated() {
      let next = index + 1 < items.count ? tree[items[index + 1]].range.lowerBound : limit
      try count(item, depth: depth, source)
      let start = tree[item].range.lowerBound
      switch tree[item].kind {
      case .mapping(isFlow: false), .sequence(isFlow: false):
        // Comments between a dash and a collection belong to what is in it.
        guard !comments.isEmpty else { break }
        takeComments(
          upTo: isFlow ? start : dash(before: start, from: taken, source), &taken, &entries, source)
      default:
        takeComments(upTo: start, &taken, &entries, source)
        takeInline(behind: item, before: next, &taken, &entries, source)
      }
      var entry = try value(item, &taken, limit: next, depth: depth + 1, source)
      entry.start = tree[item].range.lowerBound
      entry.isInFlow = isFlow
      entries.append(entry)
    }
    takeFeet(of: id, in: outer, &taken, limit: limit, &entries, source)
    return entries
  }

  /// Where the dash of an item stands.
  private func dash(before start: Int, from lower: Int, _ source: Span<UInt8>) -> Int {
    var place = lower
    var index = lower
    while index < start {
      if source[index] == UInt8(ascii: "#"), let comment = comments.first(in: index..<index + 1) {
        index = comment.range.upperBound
        continue
      }
      if source[index] == UInt8(ascii: "-") { place = index }
      index += 1
    }
    return place
  }

  private func takeComments(
    upTo end: Int, _ taken: inout Int, _ entries: inout [TreeEntry], _ source: Span<UInt8>
  ) {
    guard taken < end, !comments.isEmpty else { return }
    for comment in comments.in(taken..<end) {
      entries.append(self.comment(in: comment.range, isInline: false, source))
    }
    taken = end
  }

  /// Takes the comment behind a value on its line.
  private func takeInline(
    behind id: NodeID, before limit: Int, _ taken: inout Int, _ entries: inout [TreeEntry],
    _ source: Span<UInt8>
  ) {
    guard !comments.isEmpty || isBlockScalar(id) else { return }
    let node = tree[id]
    if isBlockScalar(id) {
      if let range = indicatorComment(in: node.contentRange, source) {
        entries.append(comment(in: range, isInline: true, source))
      }
      return
    }
    let end = node.range.upperBound
    guard end < limit, let comment = comments.first(in: end..<limit), comment.isInline,
      comment.range.lowerBound >= taken
    else { return }
    for index in end..<comment.range.lowerBound
    where source[index] != 0x20 && source[index] != 0x09 { return }
    entries.append(self.comment(in: comment.range, isInline: true, source))
    taken = max(taken, comment.range.upperBound)
  }

  /// The comment behind a block scalar's indicator.
  private func indicatorComment(in range: Range<Int>, _ source: Span<UInt8>) -> Range<Int>? {
    var start: Int?
    for index in range {
      if source[index] == 0x0a || source[index] == 0x0d { return start.map { $0..<index } }
      if source[index] == UInt8(ascii: "#"), start == nil { start = index }
    }
    return start.map { $0..<range.upperBound }
  }

  /// Takes the comments that end a block, as their columns say.
  ///
  /// - Parameter outer: The mapping that a list is in: to it belong comments that stand where both do.
  private func takeFeet(
    of id: NodeID, in outer: NodeID? = nil, _ taken: inout Int, limit: Int,
    _ entries: inout [TreeEntry], _ source: Span<UInt8>
  ) {
    guard !comments.isEmpty else { return }
    let node = tree[id]
    switch node.kind {
    case .mapping(isFlow: true), .sequence(isFlow: true):
      return takeComments(upTo: node.range.upperBound, &taken, &entries, source)
    default: break
    }
    let column = self.column(of: id, source)
    let isIndentless = outer.map { self.column(of: $0, source) == column } ?? false
    func takesLevel(_ comment: YAMLComments.Comment) -> Bool {
      guard isIndentless else { return true }
      return comment.isFoot && tree.items(of: id).last.map(isBlock) != true
    }
    while taken < limit, let comment = comments.first(in: taken..<limit), !comment.isInline,
      comment.column == column ? takesLevel(comment) : comment.isFoot && comment.column > column
    {
      entries.append(self.comment(in: comment.range, isInline: false, source))
      taken = comment.range.upperBound
    }
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

  private func isBlockScalar(_ id: NodeID) -> Bool {
    tree[id].kind == .scalar(.literal) || tree[id].kind == .scalar(.folded)
  }

  private func isBlock(_ id: NodeID) -> Bool {
    switch tree[id].kind {
    case .mapping(isFlow: false), .sequence(isFlow: false): true
    default: false
    }
  }

  private func isMergeable(_ id: NodeID) -> Bool {
    func isMapping(_ id: NodeID) -> Bool {
      if case .mapping = tree[tree.target(of: id) ?? id].kind { return true }
      return false
    }
    guard case .sequence = tree[id].kind else { return isMapping(id) }
    return tree.items(of: id).allSatisfy(isMapping)
  }

  private mutating func value(
    _ id: NodeID, in outer: NodeID? = nil, _ taken: inout Int, limit: Int, depth: Int,
    _ source: Span<UInt8>
  ) throws(SOPSError) -> TreeEntry {
    try count(id, depth: depth, source)
    let node = tree[id]
    switch node.kind {
    case .alias:
      guard let target = tree.target(of: id) else { return TreeEntry(content: .null) }
      // Comments of what an alias stands for come along, those behind it do not.
      var inner = tree[target].range.lowerBound
      let end = tree[target].range.upperBound
      aliasDepth += 1
      defer { aliasDepth -= 1 }
      return try value(target, &inner, limit: end, depth: depth + 1, source)
    case .mapping(let isFlow):
      let entries = try mapping(id, &taken, limit: limit, depth: depth, source)
      var entry = TreeEntry(content: .mapping(entries), source: node.contentRange)
      if isFlow, case .mapping(let inner) = entry.content {
        var first: [TreeEntry] = []
        takeInline(behind: id, before: limit, &taken, &first, source)
        for index in first.indices { first[index].content = .comment(isInline: false) }
        if !first.isEmpty { entry.content = .mapping(first + inner) }
      }
      return entry
    case .sequence(let isFlow):
      let entries = try sequence(id, in: outer, &taken, limit: limit, depth: depth, source)
      var first: [TreeEntry] = []
      if isFlow { takeInline(behind: id, before: limit, &taken, &first, source) }
      for index in first.indices { first[index].content = .comment(isInline: false) }
      let all = first.isEmpty ? entries : first + entries
      return TreeEntry(content: .list(all), source: node.contentRange)
    case .scalar(let style):
      var entry = try YAMLScalarReader.entry(of: id, style, in: tree, text, source)
      entry.source = node.contentRange
      entry.isPlain =
        style == .plain && node.tag == nil && node.anchor == nil && aliasDepth == 0
      return entry
    }
  }
}
