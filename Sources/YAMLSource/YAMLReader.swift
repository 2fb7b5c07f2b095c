internal import CryptoCore

/// Reads YAML: libyaml says what the nodes are, this finds the exact bytes of their parts.
struct YAMLReader: ~Copyable {
  private let survey: TextSurvey
  private let isFirstDocumentOnly: Bool
  private var builder: TreeBuilder
  private var marks: MarkCursor
  private var documents: [SourceDocument] = []
  private var documentStart = 0
  private var root: Int32?
  private var anchors: [String: Int32] = [:]
  private var comments: [Range<Int>] = []
  /// How far the text has been searched for comments, or is known to hold none.
  private var searched: Int

  static func read(
    _ bytes: Span<UInt8>, survey: TextSurvey, limits: SourceLimits, storage: inout ParserStorage
  ) throws(ReadProblem) -> SourceTree {
    try DirectiveGuard.check(bytes, from: survey.base, limit: limits.directiveCount)
    var reader = YAMLReader(byteCount: bytes.count, survey: survey, limits: limits)
    // libyaml does not take an empty text.
    guard bytes.count > survey.base else { return reader.finish() }
    try unsafe bytes.withUnsafeBufferPointer { text throws(ReadProblem) in
      let text = unsafe UnsafeBufferPointer(rebasing: text[survey.base...])
      guard var parser = unsafe storage.parser(of: text) else {
        throw ReadProblem(.outOfMemory, "there is no memory for the parser", at: 0)
      }
      while try reader.step(&parser, bytes) {}
      if !reader.isFirstDocumentOnly { storage.keep(parser) }
    }
    if !reader.isFirstDocumentOnly { try reader.searchComments(upTo: bytes.count, bytes) }
    return reader.finish()
  }

  private init(byteCount: Int, survey: TextSurvey, limits: SourceLimits) {
    self.survey = survey
    isFirstDocumentOnly = limits.isFirstDocumentOnly
    builder = TreeBuilder(byteCount: byteCount, limits: limits)
    marks = MarkCursor(survey)
    searched = survey.base
  }

  private consuming func finish() -> SourceTree {
    builder.finish(syntax: .yaml, documents: documents, comments: comments, survey: survey)
  }

  /// Reads one event; false at the end of the stream.
  private mutating func step(
    _ parser: inout LibYAMLParser, _ bytes: Span<UInt8>
  ) throws(ReadProblem) -> Bool {
    let event: LibYAMLParser.Event
    do { event = try parser.next() } catch { throw problem(error, bytes) }
    let start = marks.offset(of: event.start, in: bytes)
    let end = marks.offset(of: event.end, in: bytes)
    switch event.kind {
    case .streamStart: break
    case .streamEnd: return false
    case .documentStart:
      documentStart = start
      anchors.removeAll(keepingCapacity: true)
      root = nil
    case .documentEnd:
      documents.append(
        SourceDocument(
          root: root.map { NodeID(index: $0) }, range: min(documentStart, end)..<end))
      return !isFirstDocumentOnly
    case .alias: try addAlias(start..<end, name: parser.anchor, bytes)
    case .scalar: try addScalar(event, start..<end, parser, bytes)
    case .collectionStart:
      var node = NodeRecord(event.nodeKind, start..<end)
      let property = try readProperties(of: event, at: start, parser, bytes)
      if let stop = property?.end {
        node.contentStart = Int32(
          truncatingIfNeeded: PropertyScanner.skipSeparation(from: stop, in: bytes))
      }
      let isRoot = builder.depth == 0
      let index = try builder.begin(node, property)
      if event.hasAnchor, let name = parser.anchor { anchors[name] = index }
      if isRoot { root = index }
    case .collectionEnd:
      // The brackets of a flow collection are tokens; the end of a pair in one has no width.
      builder.end(at: builder.currentKind?.isFlow == true && end > start ? end : nil)
    }
    return true
  }

  private mutating func addAlias(
    _ range: Range<Int>, name: String?, _ bytes: Span<UInt8>
  ) throws(ReadProblem) {
    try builder.countAlias(at: range.lowerBound)
    guard let name, let target = anchors[name] else {
      throw ReadProblem(
        .undefinedAlias, "an alias to an anchor that is not there", at: range.lowerBound)
    }
    try searchComments(upTo: range.lowerBound, bytes)
    searched = range.upperBound
    var node = NodeRecord(.alias, range)
    node.valueStart = target
    let index = try builder.add(node)
    if builder.depth == 0 { root = index }
  }

  private mutating func addScalar(
    _ event: LibYAMLParser.Event, _ range: Range<Int>, _ parser: borrowing LibYAMLParser,
    _ bytes: Span<UInt8>
  ) throws(ReadProblem) {
    let property = try readProperties(of: event, at: range.lowerBound, parser, bytes)
    var content = range
    if event.nodeKind == .absent {
      let place = property?.end ?? place(ofAbsentAt: range.lowerBound, bytes)
      content = place..<place
    } else {
      let start =
        property?.end.map { PropertyScanner.skipSeparation(from: $0, in: bytes) }
        ?? range.lowerBound
      try searchComments(upTo: start, bytes)
      searched = range.upperBound
      content = start..<max(start, range.upperBound)
      if event.nodeKind == .literal || event.nodeKind == .folded {
        let length = LineBreaks.length(before: content.upperBound, from: start, in: bytes)
        content = start..<content.upperBound - length
      }
    }
    var node = NodeRecord(event.nodeKind, content)
    if property != nil { node.start = Int32(truncatingIfNeeded: range.lowerBound) }
    node.value = parser.withValue { builder.keep($0) }
    let index = try builder.add(node, property)
    if event.hasAnchor, let name = parser.anchor { anchors[name] = index }
    // A document without content has an absent root for libyaml, and none here.
    if builder.depth == 0, event.nodeKind != .absent || property != nil { root = index }
  }

  /// Where a scalar without content and properties stands: behind the `:` in front of it, else
  /// behind its key; libyaml's mark may be at the next token.
  private func place(ofAbsentAt mark: Int, _ bytes: Span<UInt8>) -> Int {
    guard let key = builder.pendingKeyEnd else { return mark }
    if mark > key, bytes[mark - 1] == UInt8(ascii: ":") { return mark }
    var index = key
    while index < mark {
      switch bytes[index] {
      case UInt8(ascii: ":"): return index + 1
      case UInt8(ascii: "#"): index = LineBreaks.endOfLine(from: index, in: bytes)
      default: index += 1
      }
    }
    return key
  }

  /// Finds the anchor and the tag that stand in front of a node's content, in either order.
  private mutating func readProperties(
    of event: LibYAMLParser.Event, at start: Int, _ parser: borrowing LibYAMLParser,
    _ bytes: Span<UInt8>
  ) throws(ReadProblem) -> PropertyRecord? {
    guard event.hasAnchor || event.hasTag else { return nil }
    var property = PropertyRecord()
    var offset = start
    for _ in 0..<(event.hasAnchor && event.hasTag ? 2 : 1) {
      guard offset < bytes.count,
        bytes[offset] == UInt8(ascii: "&") || bytes[offset] == UInt8(ascii: "!")
      else { break }
      try searchComments(upTo: offset, bytes)
      let end = PropertyScanner.end(of: offset, in: bytes)
      searched = end
      if bytes[offset] == UInt8(ascii: "&") {
        property.anchor = offset..<end
      } else {
        property.tag = offset..<end
      }
      offset = PropertyScanner.skipSeparation(from: end, in: bytes)
    }
    if event.hasTag { property.tagValue = parser.withTag { builder.keep($0) } }
    return property
  }

  /// Finds the comments in front of an offset; only blanks, indicators and directives can be there
  /// beside them.
  ///
  /// libyaml takes a `#` for a comment that stands directly behind a bracket or a quote. YAML does
  /// not, and a plain scalar put in the place of the quoted one would take the comment in.
  private mutating func searchComments(
    upTo end: Int, _ bytes: Span<UInt8>
  ) throws(ReadProblem) {
    var index = searched
    while index < end {
      guard bytes[index] == UInt8(ascii: "#") else {
        index += 1
        continue
      }
      guard isBehindBlank(index, bytes) else {
        throw ReadProblem(
          .syntax, "a comment must be separated from what is in front of it by a space", at: index)
      }
      let stop = LineBreaks.endOfLine(from: index, in: bytes)
      comments.append(index..<stop)
      index = stop
    }
    searched = max(searched, end)
  }

  private func isBehindBlank(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
    guard index > survey.base else { return true }
    switch bytes[index - 1] {
    case 0x20, 0x09, 0x0a, 0x0d: return true
    // A byte order mark may begin a line.
    case 0xbf: return index >= 3 && UTF8Text.hasMark(bytes.extracting((index - 3)...))
    default: return LineBreaks.length(before: index, from: survey.base, in: bytes) > 0
    }
  }

  private mutating func problem(
    _ failure: LibYAMLParser.Failure, _ bytes: Span<UInt8>
  ) -> ReadProblem {
    switch failure.kind {
    case .memory: return ReadProblem(.outOfMemory, "there is no memory for the parser", at: 0)
    case .character:
      return ReadProblem(.syntax, failure.problem, at: survey.base + failure.mark)
    case .grammar:
      let offset = marks.offset(of: failure.mark, in: bytes)
      guard let context = failure.context else {
        return ReadProblem(.syntax, failure.problem, at: offset)
      }
      let start = marks.offset(of: failure.contextMark, in: bytes)
      let place = survey.lines.line(of: start)
      let since =
        place == survey.lines.line(of: offset) ? "" : " that begins in line \(place)"
      return ReadProblem(.syntax, "\(failure.problem) \(context)\(since)", at: offset)
    }
  }
}
