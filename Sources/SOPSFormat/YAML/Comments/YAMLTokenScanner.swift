internal import YAMLSource

/// Finds the tokens of a text that has been read already, and the comments between them, in the
/// order in which go-yaml's scanner does, whose lookahead decides where comments go.
///
/// Anchors, tags, aliases and scalars are where the tree says; between them there are indicators,
/// blanks and comments only.
struct YAMLTokenScanner {
  private struct SimpleKey {
    var isPossible = false
    var number = 0
    var mark = YAMLMark()
  }

  var cursor: YAMLCursor
  private(set) var tokens: [YAMLToken] = []
  private var head = 0
  /// How many tokens have been taken.
  private var takenCount = 0
  private var isTokenAvailable = false
  private let leaves: [YAMLLeaf]
  private var nextLeaf = 0
  private var hasStarted = false
  private var hasEnded = false
  /// How far the innermost block stands in; -1 outside of all.
  private(set) var indent = -1
  private var indents: [Int] = []
  private(set) var flowLevel = 0
  private var allowsSimpleKey = true
  private var simpleKeys = [SimpleKey()]
  private var simpleKeyLevels: [Int: Int] = [:]
  var comments = YAMLCommentQueue()

  init(_ tree: SourceTree) {
    leaves = YAMLLeaf.all(in: tree)
    cursor = YAMLCursor()
    cursor.mark.offset = tree.hasBOM ? 3 : 0
  }

  /// The next token, with at least two behind it scanned.
  mutating func peek(_ source: Span<UInt8>) -> YAMLToken {
    if !isTokenAvailable {
      while tokens.count - head <= 2 || isPossibleKey(takenCount) { fetch(source) }
      isTokenAvailable = true
    }
    return tokens[head]
  }

  /// Takes the next token.
  mutating func skip() {
    isTokenAvailable = false
    takenCount += 1
    head += 1
    // Behind it, the scanner looks at two tokens that may be taken already.
    if head > 4096 {
      tokens.removeFirst(head - 4)
      head = 4
    }
  }

  private mutating func isPossibleKey(_ number: Int) -> Bool {
    guard !hasEnded, let level = simpleKeyLevels[number], level < simpleKeys.count else {
      return false
    }
    return isValidKey(at: level)
  }

  private mutating func isValidKey(at level: Int) -> Bool {
    let key = simpleKeys[level]
    guard key.isPossible else { return false }
    // YAML 1.2, 7.4.2: a key without a mark is on one line and no longer than this.
    if key.mark.line < cursor.mark.line || key.mark.index + 1024 < cursor.mark.index {
      simpleKeys[level].isPossible = false
      return false
    }
    return true
  }

  private mutating func append(_ kind: YAMLToken.Kind, _ start: YAMLMark) {
    tokens.append(YAMLToken(kind: kind, start: start))
  }

  private mutating func insert(_ kind: YAMLToken.Kind, _ start: YAMLMark, number: Int) {
    let place = min(max(head, head + number - takenCount), tokens.count)
    tokens.insert(YAMLToken(kind: kind, start: start), at: place)
  }

  private mutating func fetch(_ source: Span<UInt8>) {
    guard hasStarted else {
      hasStarted = true
      return append(.streamStart, cursor.mark)
    }
    let scanStart = cursor.mark
    skipToToken(source)
    unroll(to: cursor.mark.column, from: scanStart)
    if cursor.isAtEnd(source) { return fetchEnd() }
    if cursor.mark.column == 0, fetchDocumentPart(source) { return }
    var commentMark = cursor.mark
    let byte = cursor.byte(in: source)
    if flowLevel == 0 ? byte == UInt8(ascii: ":") : byte == UInt8(ascii: ","),
      let last = tokens.last
    {
      commentMark = last.start
    }
    fetchToken(byte, source)
    // A dash has no comment behind it: it stands above what follows.
    if tokens.last?.kind != .entry { scanLineComment(for: commentMark, source) }
  }

  private mutating func fetchEnd() {
    hasEnded = true
    cursor.endLine()
    unroll(to: -1, from: cursor.mark)
    removeSimpleKey()
    allowsSimpleKey = false
    append(.streamEnd, cursor.mark)
  }

  private mutating func fetchDocumentPart(_ source: Span<UInt8>) -> Bool {
    let kind: YAMLToken.Kind
    switch cursor.byte(in: source) {
    case UInt8(ascii: "%"): kind = .directive
    case UInt8(ascii: "-") where isMarker(UInt8(ascii: "-"), source): kind = .documentStart
    case UInt8(ascii: ".") where isMarker(UInt8(ascii: "."), source): kind = .documentEnd
    default: return false
    }
    unroll(to: -1, from: cursor.mark)
    removeSimpleKey()
    allowsSimpleKey = false
    let start = cursor.mark
    if kind == .directive {
      cursor.advanceToEndOfLine(source)
      cursor.advance(source)
    } else {
      for _ in 0..<3 { cursor.advance(source) }
    }
    append(kind, start)
    return true
  }

  private func isMarker(_ byte: UInt8, _ source: Span<UInt8>) -> Bool {
    cursor.byte(1, in: source) == byte && cursor.byte(2, in: source) == byte
      && cursor.isBlankOrEnd(3, in: source)
  }

  private mutating func fetchToken(_ byte: UInt8, _ source: Span<UInt8>) {
    while nextLeaf < leaves.count, leaves[nextLeaf].range.upperBound <= cursor.mark.offset {
      nextLeaf += 1
    }
    if nextLeaf < leaves.count, leaves[nextLeaf].range.lowerBound <= cursor.mark.offset {
      fetchLeaf(leaves[nextLeaf], source)
      nextLeaf += 1
      return
    }
    let start = cursor.mark
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      saveSimpleKey()
      simpleKeys.append(SimpleKey(number: takenCount + tokens.count - head, mark: start))
      flowLevel += 1
      allowsSimpleKey = true
      append(byte == UInt8(ascii: "[") ? .flowSequenceStart : .flowMappingStart, start)
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      removeSimpleKey()
      leaveFlow()
      allowsSimpleKey = false
      append(byte == UInt8(ascii: "]") ? .flowSequenceEnd : .flowMappingEnd, start)
    case UInt8(ascii: ","):
      removeSimpleKey()
      allowsSimpleKey = true
      append(.flowEntry, start)
    case UInt8(ascii: "-"):
      roll(to: start.column, .sequenceStart, start)
      removeSimpleKey()
      allowsSimpleKey = true
      append(.entry, start)
    case UInt8(ascii: "?"):
      roll(to: start.column, .mappingStart, start)
      removeSimpleKey()
      allowsSimpleKey = flowLevel == 0
      append(.key, start)
    default:
      fetchValue()
    }
    cursor.advance(source)
  }

  private mutating func fetchValue() {
    let start = cursor.mark
    let level = simpleKeys.count - 1
    if isValidKey(at: level) {
      let key = simpleKeys[level]
      insert(.key, key.mark, number: key.number)
      roll(to: key.mark.column, .mappingStart, key.mark, number: key.number)
      simpleKeys[level].isPossible = false
      simpleKeyLevels[key.number] = nil
      allowsSimpleKey = false
    } else {
      roll(to: start.column, .mappingStart, start)
      allowsSimpleKey = flowLevel == 0
    }
    append(.value, start)
  }

  private mutating func fetchLeaf(_ leaf: YAMLLeaf, _ source: Span<UInt8>) {
    let start = cursor.mark
    let isBlock = leaf.style == .literal || leaf.style == .folded
    if isBlock { removeSimpleKey() } else { saveSimpleKey() }
    allowsSimpleKey = isBlock
    if isBlock {
      scanBlockScalar(leaf, start, source)
    } else {
      cursor.advance(to: leaf.range.upperBound, source)
    }
    if leaf.kind == .scalar, leaf.style == .plain {
      // What separates is read with a plain scalar, which could go on in the next line.
      while cursor.isBlank(in: source) || cursor.isBreak(in: source) {
        if cursor.isBreak(in: source) { allowsSimpleKey = true }
        cursor.advance(source)
      }
    }
    append(leaf.kind, start)
  }

  private mutating func scanBlockScalar(
    _ leaf: YAMLLeaf, _ start: YAMLMark, _ source: Span<UInt8>
  ) {
    var indent = 0
    while !cursor.isBlankOrEnd(in: source) {
      let byte = cursor.byte(in: source)
      if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(byte) {
        indent = max(self.indent, 0) + Int(byte - UInt8(ascii: "0"))
      }
      cursor.advance(source)
    }
    while cursor.isBlank(in: source) { cursor.advance(source) }
    if cursor.byte(in: source) == UInt8(ascii: "#") { scanLineComment(for: start, source) }
    cursor.advanceToEndOfLine(source)
    cursor.advance(source)
    skipBlockIndent(&indent, source)
    while cursor.mark.column == indent, !cursor.isAtEnd(source) {
      cursor.advanceToEndOfLine(source)
      cursor.advance(source)
      skipBlockIndent(&indent, source)
    }
  }

  /// Goes over empty lines and a block's indentation; finds out how far it stands in if it is 0.
  private mutating func skipBlockIndent(_ indent: inout Int, _ source: Span<UInt8>) {
    var longest = 0
    while true {
      while indent == 0 || cursor.mark.column < indent, cursor.byte(in: source) == 0x20 {
        cursor.advance(source)
      }
      longest = max(longest, cursor.mark.column)
      guard cursor.isBreak(in: source) else { break }
      cursor.advance(source)
    }
    if indent == 0 { indent = max(longest, self.indent + 1, 1) }
  }

  private mutating func saveSimpleKey() {
    guard allowsSimpleKey else { return }
    let number = takenCount + tokens.count - head
    removeSimpleKey()
    simpleKeys[simpleKeys.count - 1] = SimpleKey(
      isPossible: true, number: number, mark: cursor.mark)
    simpleKeyLevels[number] = simpleKeys.count - 1
  }

  private mutating func removeSimpleKey() {
    let level = simpleKeys.count - 1
    guard simpleKeys[level].isPossible else { return }
    simpleKeys[level].isPossible = false
    simpleKeyLevels[simpleKeys[level].number] = nil
  }

  private mutating func leaveFlow() {
    guard flowLevel > 0, let key = simpleKeys.popLast() else { return }
    flowLevel -= 1
    simpleKeyLevels[key.number] = nil
  }

  /// Begins a block that stands further in.
  private mutating func roll(
    to column: Int, _ kind: YAMLToken.Kind, _ start: YAMLMark, number: Int? = nil
  ) {
    guard flowLevel == 0, indent < column else { return }
    indents.append(indent)
    indent = column
    if let number { insert(kind, start, number: number) } else { append(kind, start) }
  }

  /// Ends the blocks that stand further in than a column.
  ///
  /// An end stands in front of the comments as far in as what is around the block.
  private mutating func unroll(to column: Int, from scanStart: YAMLMark) {
    guard flowLevel == 0 else { return }
    var end = scanStart
    end.offset -= 1
    while indent > column, let outer = indents.popLast() {
      comments.moveBack(&end, toColumn: indent + 1)
      append(.blockEnd, end)
      indent = outer
    }
  }

  /// Goes over blanks, line breaks and comments.
  private mutating func skipToToken(_ source: Span<UInt8>) {
    let scanStart = cursor.mark
    while true {
      if cursor.mark.column == 0, cursor.byte(in: source) == 0xef,
        cursor.byte(1, in: source) == 0xbb, cursor.byte(2, in: source) == 0xbf
      {
        cursor.advance(source)
      }
      while cursor.byte(in: source) == 0x20
        || (flowLevel > 0 || !allowsSimpleKey) && cursor.byte(in: source) == 0x09
      { cursor.advance(source) }
      if tokens.count > 1, tokens[tokens.count - 2].kind == .sequenceStart,
        tokens[tokens.count - 1].kind == .entry, !cursor.isBreak(in: source)
      {
        comments.makeHead(ofLineAbove: cursor.mark)
      }
      if cursor.byte(in: source) == UInt8(ascii: "#") { scanComments(from: scanStart, source) }
      guard cursor.isBreak(in: source) else { return }
      cursor.advance(source)
      if flowLevel == 0 { allowsSimpleKey = true }
    }
  }
}
