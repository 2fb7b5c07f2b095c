/// Reads the plainest YAML without libyaml, which takes several times as long for the same tree.
///
/// That is ASCII in block style, line by line: mappings with plain keys, sequences, plain and quoted
/// scalars on one line without escapes, literal scalars, `[]`, `{}`, comments and documents, as
/// programs and people write nearly every manifest. Whatever else it meets, be it right or wrong, it
/// leaves to libyaml. Each rule is one of libyaml's, narrowed; that both give the same tree is what
/// `BlockReaderTests` and the fuzz target hold.
struct BlockReader: ~Copyable {
  /// A collection that is open.
  private struct Level {
    let column: Int
    let isSequence: Bool
    /// Whether it is a sequence that stands no deeper than the key it belongs to.
    var isIndentless = false
  }

  private var builder: TreeBuilder
  private var levels: [Level] = []
  private var documents: [SourceDocument] = []
  private var comments: [Range<Int>] = []
  private var documentStart: Int?
  private var root: Int32?
  /// Where the `:` of a key ends that has no value yet.
  private var dueValue: Int?

  /// libyaml takes no key that is longer than 1,024 characters.
  private static let maximumKeyByteCount = 1000

  /// The tree; nil when the text is not as plain as that.
  static func read(
    _ bytes: Span<UInt8>, survey: TextSurvey, limits: SourceLimits
  ) -> SourceTree? {
    guard survey.isASCII, survey.base == 0, !limits.isFirstDocumentOnly else { return nil }
    var reader = BlockReader(byteCount: bytes.count, limits: limits)
    // A limit that is passed is told by the other reader.
    guard (try? reader.readLines(bytes)) == true else { return nil }
    return reader.finish(survey)
  }

  private init(byteCount: Int, limits: SourceLimits) {
    builder = TreeBuilder(byteCount: byteCount, limits: limits)
    levels.reserveCapacity(8)
  }

  private consuming func finish(_ survey: TextSurvey) -> SourceTree {
    builder.finish(syntax: .yaml, documents: documents, comments: comments, survey: survey)
  }

  private mutating func readLines(_ bytes: Span<UInt8>) throws(ReadProblem) -> Bool {
    var start = 0
    while start < bytes.count {
      let index = BlockText.skipSpaces(from: start, in: bytes)
      guard index < bytes.count else { break }
      let next: Int?
      switch bytes[index] {
      case 0x0a: next = index + 1
      case UInt8(ascii: "#"): next = readComment(at: index, bytes)
      default: next = try readContent(at: index, column: index - start, bytes)
      }
      guard let next else { return false }
      start = next
    }
    return try endDocument(at: bytes.count)
  }

  // MARK: Lines

  /// Reads a line that is neither blank nor a comment; where the next one begins.
  private mutating func readContent(
    at index: Int, column: Int, _ bytes: Span<UInt8>
  ) throws(ReadProblem) -> Int? {
    if column == 0, let marker = BlockText.marker(at: index, in: bytes) {
      guard marker == .start else { return nil }
      if documentStart != nil {
        guard try endDocument(at: index) else { return nil }
      }
      documentStart = index
      root = nil
      return readLineEnd(from: index + 3, bytes)
    }
    let isEntry = BlockText.isEntry(at: index, in: bytes)
    guard try enter(at: index, column: column, isEntry: isEntry) else { return nil }
    guard isEntry else {
      guard let colon = BlockText.endOfKey(at: index, limit: Self.maximumKeyByteCount, in: bytes)
      else { return nil }
      return try readPair(index..<colon, bytes)
    }
    let item = BlockText.skipSpaces(from: index + 1, in: bytes)
    guard let colon = BlockText.endOfKey(at: item, limit: Self.maximumKeyByteCount, in: bytes)
    else { return try readScalar(at: item, bytes) }
    try begin(.blockMapping, at: item, Level(column: column + item - index, isSequence: false))
    return try readPair(item..<colon, bytes)
  }

  /// Closes and opens collections until the innermost one is that of a line; false when there is
  /// none that fits.
  private mutating func enter(
    at index: Int, column: Int, isEntry: Bool
  ) throws(ReadProblem) -> Bool {
    if let place = dueValue, let top = levels.last {
      dueValue = nil
      if column > top.column || (isEntry && column == top.column) {
        let level = Level(
          column: column, isSequence: isEntry, isIndentless: column == top.column)
        try begin(isEntry ? .blockSequence : .blockMapping, at: index, level)
        return true
      }
      try addAbsent(at: place)
    }
    while let top = levels.last,
      top.column > column || (top.column == column && top.isIndentless && !isEntry)
    {
      levels.removeLast()
      builder.end(at: nil)
    }
    guard let top = levels.last else {
      guard root == nil else { return false }
      try begin(
        isEntry ? .blockSequence : .blockMapping, at: index,
        Level(column: column, isSequence: isEntry))
      return true
    }
    return top.column == column && top.isSequence == isEntry
  }

  private mutating func readPair(
    _ key: Range<Int>, _ bytes: Span<UInt8>
  ) throws(ReadProblem) -> Int? {
    try add(.plain, key, value: key, bytes)
    let place = BlockText.skipSpaces(from: key.upperBound + 1, in: bytes)
    if place == bytes.count || bytes[place] == 0x0a || bytes[place] == UInt8(ascii: "#") {
      dueValue = key.upperBound + 1
      return readLineEnd(from: key.upperBound + 1, bytes)
    }
    return try readScalar(at: place, bytes)
  }

  /// Reads what may follow on a line, a comment or nothing; where the next line begins.
  private mutating func readLineEnd(from start: Int, _ bytes: Span<UInt8>) -> Int? {
    let index = BlockText.skipSpaces(from: start, in: bytes)
    guard index < bytes.count else { return index }
    if bytes[index] == 0x0a { return index + 1 }
    guard bytes[index] == UInt8(ascii: "#"), index > start else { return nil }
    return readComment(at: index, bytes)
  }

  private mutating func readComment(at start: Int, _ bytes: Span<UInt8>) -> Int? {
    guard let end = BlockText.endOfLine(from: start, in: bytes) else { return nil }
    comments.append(start..<end)
    return min(end + 1, bytes.count)
  }

  // MARK: Scalars

  private mutating func readScalar(
    at start: Int, _ bytes: Span<UInt8>
  ) throws(ReadProblem) -> Int? {
    guard start < bytes.count else { return nil }
    switch bytes[start] {
    case UInt8(ascii: "|"): return try readLiteral(at: start, bytes)
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      guard let end = BlockText.endOfQuoted(at: start, in: bytes) else { return nil }
      let kind: NodeRecord.Kind =
        bytes[start] == UInt8(ascii: "'") ? .singleQuoted : .doubleQuoted
      try add(kind, start..<end, value: start + 1..<end - 1, bytes)
      return readLineEnd(from: end, bytes)
    case UInt8(ascii: "["), UInt8(ascii: "{"): return try readEmpty(at: start, bytes)
    default:
      guard let end = BlockText.endOfPlain(at: start, in: bytes) else { return nil }
      try add(.plain, start..<end, value: start..<end, bytes)
      return readLineEnd(from: end, bytes)
    }
  }

  /// Reads `[]` or `{}`.
  private mutating func readEmpty(
    at start: Int, _ bytes: Span<UInt8>
  ) throws(ReadProblem) -> Int? {
    let isSequence = bytes[start] == UInt8(ascii: "[")
    guard start + 1 < bytes.count,
      bytes[start + 1] == (isSequence ? UInt8(ascii: "]") : UInt8(ascii: "}"))
    else { return nil }
    try builder.begin(
      NodeRecord(isSequence ? .flowSequence : .flowMapping, start..<start + 1))
    builder.end(at: start + 2)
    return readLineEnd(from: start + 2, bytes)
  }

  /// Reads a literal scalar whose lines say by themselves how far in they stand.
  private mutating func readLiteral(
    at start: Int, _ bytes: Span<UInt8>
  ) throws(ReadProblem) -> Int? {
    guard let parent = levels.last?.column, bytes[bytes.count - 1] == 0x0a,
      let (header, chomping) = BlockText.endOfHeader(at: start, in: bytes)
    else { return nil }
    let first = BlockText.skipSpaces(from: header, in: bytes)
    let indentation = first - header
    guard first < bytes.count, bytes[first] != 0x0a, indentation > parent, indentation > 0 else {
      return nil
    }
    var value = builder.keep(Span())
    var breakCount = 0
    var line = header
    while line < bytes.count {
      let limit = min(line + indentation, bytes.count)
      let text = BlockText.skipSpaces(from: line, upTo: limit, in: bytes)
      if text < bytes.count, bytes[text] == 0x0a {
        breakCount += 1
        line = text + 1
        continue
      }
      guard text == line + indentation else { break }
      guard let end = BlockText.endOfLine(from: text, in: bytes) else { return nil }
      for _ in 0..<breakCount { builder.keep(0x0a) }
      value = value.lowerBound..<builder.keep(bytes.extracting(text..<end)).upperBound
      breakCount = 1
      line = end + 1
    }
    let keptCount = chomping == .strip ? 0 : chomping == .clip ? 1 : breakCount
    for _ in 0..<keptCount { builder.keep(0x0a) }
    // The last line break does not belong to the node.
    var node = NodeRecord(.literal, start..<line - 1)
    node.value = value.lowerBound..<value.upperBound + keptCount
    try builder.add(node)
    return line
  }

  // MARK: Nodes

  private mutating func begin(
    _ kind: NodeRecord.Kind, at index: Int, _ level: Level
  ) throws(ReadProblem) {
    let isRoot = builder.depth == 0
    let node = try builder.begin(NodeRecord(kind, index..<index))
    levels.append(level)
    guard isRoot else { return }
    root = node
    if documentStart == nil { documentStart = index }
  }

  private mutating func add(
    _ kind: NodeRecord.Kind, _ range: Range<Int>, value: Range<Int>, _ bytes: Span<UInt8>
  ) throws(ReadProblem) {
    var node = NodeRecord(kind, range)
    node.value = builder.keep(bytes.extracting(value))
    try builder.add(node)
  }

  private mutating func addAbsent(at place: Int) throws(ReadProblem) {
    var node = NodeRecord(.absent, place..<place)
    node.value = builder.keep(Span())
    try builder.add(node)
  }

  /// Closes a document; false when it is empty.
  private mutating func endDocument(at end: Int) throws(ReadProblem) -> Bool {
    if let place = dueValue { try addAbsent(at: place) }
    dueValue = nil
    for _ in levels { builder.end(at: nil) }
    levels.removeAll(keepingCapacity: true)
    guard let root, let documentStart else { return false }
    documents.append(SourceDocument(root: NodeID(index: root), range: documentStart..<end))
    return true
  }
}
