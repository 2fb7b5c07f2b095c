internal import YAMLSource

/// Gives comments to nodes as go-yaml's parser does: at each token it takes up what was found in
/// front of it, and most nodes take what has been taken up till then.
///
/// Reads a text that libyaml has taken already. At a token that cannot be it stops.
struct YAMLCommentParser {
  /// In the order in which nodes begin; nil for those without comments.
  private(set) var nodes: [YAMLComments?] = []
  private(set) var documents: [YAMLComments] = []
  private var scanner: YAMLTokenScanner
  private var head = YAMLCommentText()
  private var line = YAMLCommentText()
  private var foot = YAMLCommentText()
  /// What stands above a dash behind which a collection begins.
  private var stem = YAMLCommentText()
  private var depth = 0

  init(_ tree: SourceTree) {
    scanner = YAMLTokenScanner(tree)
    nodes.reserveCapacity(tree.nodeCount)
  }

  private mutating func peek(_ source: Span<UInt8>) -> YAMLToken {
    let token = scanner.peek(source)
    while let comment = scanner.comments.first, token.start.offset >= comment.token.offset {
      switch comment.place {
      case .head:
        // The end of a block has no comment above: it waits for what follows.
        if token.kind == .blockEnd { return token }
        head.append(comment.text)
      case .line: line.append(comment.text)
      case .foot: foot.append(comment.text)
      }
      scanner.comments.removeFirst()
    }
    return token
  }

  private mutating func peekKind(_ source: Span<UInt8>) -> YAMLToken.Kind { peek(source).kind }

  private mutating func skip(
    _ source: Span<UInt8>
  ) -> YAMLToken.Kind {
    scanner.skip()
    return peekKind(source)
  }

  /// What has been taken up.
  private mutating func take() -> YAMLComments {
    stem = YAMLCommentText()
    return YAMLComments(
      head: head.take().comments, line: line.take().comments, foot: foot.take().comments)
  }

  mutating func parse(_ source: Span<UInt8>) {
    guard peekKind(source) == .streamStart else { return }
    var kind = skip(source)
    var isFirst = true
    while true {
      if !isFirst { while kind == .documentEnd { kind = skip(source) } }
      guard kind != .streamEnd else { return }
      var document = YAMLComments()
      while kind == .directive { kind = skip(source) }
      var isComplete = true
      if kind == .documentStart {
        scanner.skip()
        isComplete = explicitContent(source)
      } else if isFirst {
        document.head = head.takeAboveEmptyLine().comments
        isComplete = node(source, isBlock: true)
      } else {
        return
      }
      if isComplete {
        kind = peekKind(source)
        if kind == .documentEnd { scanner.skip() }
        let end = take()
        document.foot = end.line + end.foot + end.head
      }
      documents.append(document)
      guard isComplete else { return }
      isFirst = false
      kind = peekKind(source)
    }
  }

  private mutating func explicitContent(_ source: Span<UInt8>) -> Bool {
    switch peekKind(source) {
    case .directive, .documentStart, .documentEnd, .streamEnd:
      absent()
      return true
    default: return node(source, isBlock: true)
    }
  }

  /// A scalar that is not there takes no comments.
  private mutating func absent() { nodes.append(nil) }

  private mutating func add(_ comments: YAMLComments) -> Int {
    nodes.append(comments)
    return nodes.count - 1
  }

  /// - Returns: Whether there was a node.
  private mutating func node(
    _ source: Span<UInt8>, isBlock: Bool, allowsIndentless: Bool = false
  ) -> Bool {
    guard depth <= TreeLimits.depth else { return false }
    depth += 1
    defer { depth -= 1 }
    var kind = peekKind(source)
    var hasProperties = false
    while kind == .anchor || kind == .tag {
      hasProperties = true
      kind = skip(source)
    }
    switch kind {
    case .alias, .scalar:
      _ = add(take())
      scanner.skip()
    case .entry where allowsIndentless: return indentless(source)
    case .flowSequenceStart: return flowSequence(source)
    case .flowMappingStart: return flowMapping(source)
    case .sequenceStart where isBlock: return sequence(source)
    case .mappingStart where isBlock: return mapping(source)
    default:
      guard hasProperties else { return false }
      absent()
    }
    return true
  }

  private mutating func takeStem() -> YAMLComments {
    YAMLComments(head: stem.take().comments)
  }

  private mutating func sequence(_ source: Span<UInt8>) -> Bool {
    _ = add(takeStem())
    var kind = skip(source)
    while kind == .entry {
      if skipDash(source) {
        guard node(source, isBlock: true) else { return false }
      } else {
        absent()
      }
      kind = peekKind(source)
    }
    scanner.skip()
    return kind == .blockEnd
  }

  private mutating func indentless(_ source: Span<UInt8>) -> Bool {
    _ = add(YAMLComments())
    while peekKind(source) == .entry {
      if skipDash(source) {
        guard node(source, isBlock: true) else { return false }
      } else {
        absent()
      }
    }
    return true
  }

  /// Goes over a dash.
  ///
  /// When a collection follows, what stands above the dash is said of it.
  ///
  /// - Returns: Whether an item follows.
  private mutating func skipDash(_ source: Span<UInt8>) -> Bool {
    let count = head.count
    let kind = skip(source)
    if count > 0, kind == .sequenceStart || kind == .mappingStart { stem = head.takeFirst(count) }
    switch kind {
    case .entry, .key, .value, .blockEnd: return false
    default: return true
    }
  }

  private mutating func mapping(_ source: Span<UInt8>) -> Bool {
    let index = add(takeStem())
    var last: Int?
    var kind = skip(source)
    while kind == .key || kind == .value {
      let key = nodes.count
      guard pair(kind, behind: last, source) else { return false }
      last = key
      kind = peekKind(source)
    }
    guard kind == .blockEnd else { return false }
    let end = take()
    scanner.skip()
    change(index) { $0.line += end.line }
    change(last ?? index) { $0.foot += end.head + end.foot }
    return true
  }

  private mutating func pair(
    _ kind: YAMLToken.Kind, behind previous: Int?, _ source: Span<UInt8>
  ) -> Bool {
    let key = nodes.count
    guard kind == .key ? content(source) : noContent() else { return false }
    // What was found below the value before, when the key had come already.
    if let previous, let foot = nodes[key]?.foot, !foot.isEmpty {
      change(previous) { $0.foot += foot }
      change(key) { $0.foot = [] }
    }
    let value = nodes.count
    guard peekKind(source) == .value ? content(source) : noContent() else { return false }
    keepFoot(of: value, at: key)
    return true
  }

  /// The node behind the mark of a key or value.
  private mutating func content(_ source: Span<UInt8>) -> Bool {
    switch skip(source) {
    case .key, .value, .blockEnd: noContent()
    default: node(source, isBlock: true, allowsIndentless: true)
    }
  }

  private mutating func noContent() -> Bool {
    absent()
    return true
  }

  private mutating func change(_ index: Int, _ body: (inout YAMLComments) -> Void) {
    var comments = nodes[index] ?? YAMLComments()
    body(&comments)
    nodes[index] = comments
  }

  /// What stands below a value is said of its key.
  private mutating func keepFoot(of value: Int, at key: Int) {
    guard value < nodes.count, nodes[key]?.foot.isEmpty != false,
      let foot = nodes[value]?.foot, !foot.isEmpty
    else { return }
    change(key) { $0.foot = foot }
    change(value) { $0.foot = [] }
  }

  private mutating func flowSequence(_ source: Span<UInt8>) -> Bool {
    let index = add(take())
    var kind = skip(source)
    while kind != .flowSequenceEnd {
      if kind == .key {
        guard flowPair(source) else { return false }
      } else {
        guard node(source, isBlock: false) else { return false }
      }
      kind = peekKind(source)
      if kind == .flowEntry {
        kind = skip(source)
      } else if kind != .flowSequenceEnd {
        return false
      }
    }
    endFlow(index)
    return true
  }

  /// A pair in a sequence: a mapping without braces.
  private mutating func flowPair(_ source: Span<UInt8>) -> Bool {
    absent()
    let key = nodes.count
    switch skip(source) {
    case .value: absent()
    case .flowEntry, .flowSequenceEnd:
      absent()
      scanner.skip()
    default: guard node(source, isBlock: false) else { return false }
    }
    let value = nodes.count
    guard flowValue(source) else { return false }
    keepFoot(of: value, at: key)
    return true
  }

  private mutating func flowValue(_ source: Span<UInt8>) -> Bool {
    guard peekKind(source) == .value else { return noContent() }
    return switch skip(source) {
    case .flowEntry, .flowSequenceEnd, .flowMappingEnd: noContent()
    default: node(source, isBlock: false)
    }
  }

  private mutating func flowMapping(_ source: Span<UInt8>) -> Bool {
    let index = add(take())
    var kind = skip(source)
    while kind != .flowMappingEnd {
      let key = nodes.count
      if kind == .key {
        switch skip(source) {
        case .value, .flowEntry, .flowMappingEnd: absent()
        default: guard node(source, isBlock: false) else { return false }
        }
      } else {
        guard node(source, isBlock: false) else { return false }
      }
      let value = nodes.count
      guard kind == .key ? flowValue(source) : noContent() else { return false }
      keepFoot(of: value, at: key)
      kind = peekKind(source)
      if kind == .flowEntry {
        kind = skip(source)
      } else if kind != .flowMappingEnd {
        return false
      }
    }
    endFlow(index)
    return true
  }

  private mutating func endFlow(_ index: Int) {
    let end = take()
    scanner.skip()
    change(index) {
      // go-yaml forgets these.
      $0.head += $0.line + $0.foot
      $0.line = end.line
      $0.foot = end.head + end.foot
    }
  }
}
