internal import CryptoCore
internal import YAMLSource

/// Reads YAML as SOPS sees it: aliases expanded, comments as entries of what they stand in.
struct YAMLTreeReader {
  private let tree: SourceTree
  private let comments: YAMLComments
  private let text = TreeText()
  private var entryCount = 0

  static func read(
    _ source: Span<UInt8>, limits: SourceLimits
  ) throws(SOPSError) -> Tree {
    let tree: SourceTree
    do { tree = try SourceTree.parse(source, syntax: .yaml, limits: limits) } catch {
      throw SOPSError(error)
    }
    var reader = YAMLTreeReader(tree: tree, comments: YAMLComments(tree, source))
    return try reader.read(source)
  }

  private init(tree: SourceTree, comments: YAMLComments) {
    self.tree = tree
    self.comments = comments
  }

  private mutating func read(_ source: Span<UInt8>) throws(SOPSError) -> Tree {
    var result = Tree(text: text)
    for (index, document) in tree.documents.enumerated() {
      let start = index == 0 ? 0 : document.range.lowerBound
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
      entries += self.entries(of: comment, isInline: false, source)
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

  private func entries(
    of comment: YAMLComments.Comment, isInline: Bool, _ source: Span<UInt8>
  ) -> [TreeEntry] {
    [self.comment(in: comment.range, isInline: isInline, source)]
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
    for (index, pair) in pairs.enumerated() {
      let start = tree[pair.key].range.lowerBound
      let next = index + 1 < pairs.count ? tree[pairs[index + 1].key].range.lowerBound : limit
      takeComments(upTo: start, &taken, &entries, source)
      let name = try key(pair.key, source)
      try count(pair.key, depth: depth, source)
      let value = tree[pair.value]
      switch value.kind {
      case .mapping(isFlow: false), .sequence(isFlow: false):
        // A comment behind the key says something about the key.
        let first = tree[pair.key].range.upperBound..<value.range.lowerBound
        if let comment = comments.first(in: first), comment.isInline {
          takeComments(upTo: comment.range.upperBound, &taken, &entries, source)
        }
      case .mapping, .sequence: break
      case .scalar, .alias:
        takeComments(upTo: value.range.lowerBound, &taken, &entries, source)
        takeInline(behind: pair.value, before: next, &taken, &entries, source)
      }
      var entry = try self.value(pair.value, &taken, limit: next, depth: depth + 1, source)
      entry.key = name
      entry.start = start
      entry.isInFlow = isFlow
      entries.append(entry)
    }
    takeFeet(of: id, &taken, limit: limit, &entries, source)
    return entries
  }

  private mutating func sequence(
    _ id: NodeID, _ taken: inout Int, limit: Int, depth: Int, _ source: Span<UInt8>
  ) throws(SOPSError) -> [TreeEntry] {
    var entries: [TreeEntry] = []
    let isFlow = tree[id].kind == .sequence(isFlow: true)
    let items = tree.items(of: id)
    for (index, item) in items.enumerated() {
      let next = index + 1 < items.count ? tree[items[index + 1]].range.lowerBound : limit
      takeComments(upTo: tree[item].range.lowerBound, &taken, &entries, source)
      try count(item, depth: depth, source)
      switch tree[item].kind {
      case .mapping(isFlow: false), .sequence(isFlow: false): break
      default: takeInline(behind: item, before: next, &taken, &entries, source)
      }
      var entry = try value(item, &taken, limit: next, depth: depth + 1, source)
      entry.start = tree[item].range.lowerBound
      entry.isInFlow = isFlow
      entries.append(entry)
    }
    takeFeet(of: id, &taken, limit: limit, &entries, source)
    return entries
  }

  private func takeComments(
    upTo end: Int, _ taken: inout Int, _ entries: inout [TreeEntry], _ source: Span<UInt8>
  ) {
    guard taken < end else { return }
    for comment in comments.in(taken..<end) {
      entries += self.entries(of: comment, isInline: false, source)
    }
    taken = end
  }

  /// Takes the comment behind a value on its line.
  private func takeInline(
    behind id: NodeID, before limit: Int, _ taken: inout Int, _ entries: inout [TreeEntry],
    _ source: Span<UInt8>
  ) {
    let node = tree[id]
    if node.kind == .scalar(.literal) || node.kind == .scalar(.folded) {
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
    entries += self.entries(of: comment, isInline: true, source)
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
  private func takeFeet(
    of id: NodeID, _ taken: inout Int, limit: Int, _ entries: inout [TreeEntry],
    _ source: Span<UInt8>
  ) {
    let node = tree[id]
    switch node.kind {
    case .mapping(isFlow: true), .sequence(isFlow: true):
      return takeComments(upTo: node.range.upperBound, &taken, &entries, source)
    default: break
    }
    let column = tree.position(of: node.contentRange.lowerBound, in: source).column - 1
    while taken < limit, let comment = comments.first(in: taken..<limit), !comment.isInline,
      comment.column == column || (comment.isFoot && comment.column > column)
    {
      entries += self.entries(of: comment, isInline: false, source)
      taken = comment.range.upperBound
    }
  }

  private func key(_ id: NodeID, _ source: Span<UInt8>) throws(SOPSError) -> String {
    let scalar = tree.target(of: id) ?? id
    let node = tree[scalar]
    if case .scalar(let style) = node.kind {
      let tag = tree.resolvedTag(of: scalar)
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

  private mutating func value(
    _ id: NodeID, _ taken: inout Int, limit: Int, depth: Int, _ source: Span<UInt8>
  ) throws(SOPSError) -> TreeEntry {
    try count(id, depth: depth, source)
    let node = tree[id]
    switch node.kind {
    case .alias:
      guard let target = tree.target(of: id) else { return TreeEntry(content: .null) }
      // Comments of what an alias stands for come along, those behind it do not.
      var inner = tree[target].range.lowerBound
      let end = tree[target].range.upperBound
      return try value(target, &inner, limit: end, depth: depth + 1, source)
    case .mapping(let isFlow):
      let entries = try mapping(id, &taken, limit: limit, depth: depth, source)
      var entry = TreeEntry(content: .mapping(entries), source: node.contentRange)
      if isFlow, case .mapping(let inner) = entry.content {
        var first: [TreeEntry] = []
        takeInline(behind: id, before: limit, &taken, &first, source)
        for index in first.indices { first[index].content = .comment(isInline: false) }
        entry.content = .mapping(first + inner)
      }
      return entry
    case .sequence(let isFlow):
      let entries = try sequence(id, &taken, limit: limit, depth: depth, source)
      var first: [TreeEntry] = []
      if isFlow { takeInline(behind: id, before: limit, &taken, &first, source) }
      for index in first.indices { first[index].content = .comment(isInline: false) }
      return TreeEntry(content: .list(first + entries), source: node.contentRange)
    case .scalar(let style):
      var entry = try YAMLScalarReader.entry(of: id, style, in: tree, text, source)
      entry.source = node.contentRange
      return entry
    }
  }
}
