internal import CryptoCore

/// Reads JSON (RFC 8259) strictly, with the exact bytes of every part.
///
/// The text is known to be UTF-8. libyaml would take most JSON for YAML, but not surrogate pairs and keys above 1,024 bytes.
struct JSONReader: ~Copyable {
  private var offset: Int
  private var builder: TreeBuilder

  static func read(
    _ bytes: Span<UInt8>, survey: TextSurvey, limits: SourceLimits
  ) throws(ReadProblem) -> SourceTree {
    var reader = JSONReader(
      offset: survey.base, builder: TreeBuilder(byteCount: bytes.count, limits: limits))
    try reader.readAll(bytes)
    let document = SourceDocument(root: NodeID(index: 0), range: survey.base..<bytes.count)
    return reader.finish(document, survey)
  }

  private init(offset: Int, builder: consuming TreeBuilder) {
    self.offset = offset
    self.builder = builder
  }

  private consuming func finish(_ document: SourceDocument, _ survey: TextSurvey) -> SourceTree {
    builder.finish(syntax: .json, documents: [document], comments: [], survey: survey)
  }

  /// What may come next.
  private enum Expected: String {
    case value, key
    case colon = "a ':'"
    case keyOrEnd = "a key or '}'"
    case valueOrEnd = "a value or ']'"
    case commaOrEnd = "a ',' or the end of the collection"
    case nothing = "the end of the text"
  }

  private mutating func readAll(_ bytes: Span<UInt8>) throws(ReadProblem) {
    var expected = Expected.value
    while true {
      skipBlanks(bytes)
      guard offset < bytes.count else { break }
      let byte = bytes[offset]
      switch (byte, expected) {
      case (UInt8(ascii: "{"), .value), (UInt8(ascii: "{"), .valueOrEnd):
        try begin(.flowMapping)
        expected = .keyOrEnd
      case (UInt8(ascii: "["), .value), (UInt8(ascii: "["), .valueOrEnd):
        try begin(.flowSequence)
        expected = .valueOrEnd
      case (UInt8(ascii: "}"), .keyOrEnd), (UInt8(ascii: "}"), .commaOrEnd),
        (UInt8(ascii: "]"), .valueOrEnd), (UInt8(ascii: "]"), .commaOrEnd):
        guard isInObject == (byte == UInt8(ascii: "}")) else { throw unexpected(expected) }
        offset += 1
        builder.end(at: offset)
        expected = afterValue
      case (UInt8(ascii: ","), .commaOrEnd):
        offset += 1
        expected = isInObject ? .key : .value
      case (UInt8(ascii: ":"), .colon):
        offset += 1
        expected = .value
      case (UInt8(ascii: "\""), .key), (UInt8(ascii: "\""), .keyOrEnd):
        try readString(bytes)
        expected = .colon
      case (UInt8(ascii: "\""), .value), (UInt8(ascii: "\""), .valueOrEnd):
        try readString(bytes)
        expected = afterValue
      case (_, .value), (_, .valueOrEnd):
        try readLiteral(bytes, expected)
        expected = afterValue
      default: throw unexpected(expected)
      }
    }
    guard expected == .nothing else {
      throw ReadProblem(.syntax, "the JSON text ends too early", at: offset)
    }
  }

  private var isInObject: Bool { builder.currentKind == .flowMapping }
  private var afterValue: Expected { builder.depth == 0 ? .nothing : .commaOrEnd }

  private func unexpected(_ expected: Expected) -> ReadProblem {
    let words =
      switch expected {
      case .value, .key: "a \(expected.rawValue)"
      default: expected.rawValue
      }
    return ReadProblem(.syntax, "this is not JSON: expected \(words)", at: offset)
  }

  private mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0a, 0x0d: offset += 1
      default: return
      }
    }
  }

  private mutating func begin(_ kind: NodeRecord.Kind) throws(ReadProblem) {
    try builder.begin(NodeRecord(kind, offset..<offset + 1))
    offset += 1
  }

  /// A number, `true`, `false` or `null`.
  private mutating func readLiteral(
    _ bytes: Span<UInt8>, _ expected: Expected
  ) throws(ReadProblem) {
    var end = offset
    while end < bytes.count, JSONGrammar.isLiteralByte(bytes[end]) { end += 1 }
    let text = bytes.extracting(offset..<end)
    guard JSONGrammar.isLiteral(text) else { throw unexpected(expected) }
    var node = NodeRecord(.plain, offset..<end)
    node.value = builder.keep(text)
    try builder.add(node)
    offset = end
  }

  private mutating func readString(_ bytes: Span<UInt8>) throws(ReadProblem) {
    let start = offset
    let valueStart = builder.values.count
    offset += 1
    reading: while true {
      let runStart = offset
      while offset < bytes.count, JSONGrammar.isPlainCharacter(bytes[offset]) { offset += 1 }
      if offset > runStart { _ = builder.keep(bytes.extracting(runStart..<offset)) }
      guard offset < bytes.count else {
        throw ReadProblem(.syntax, "a string in JSON does not end", at: start)
      }
      switch bytes[offset] {
      case UInt8(ascii: "\""): break reading
      case UInt8(ascii: "\\"): try readEscape(bytes)
      default:
        throw ReadProblem(.syntax, "a control character in a string in JSON", at: offset)
      }
    }
    offset += 1
    var node = NodeRecord(.doubleQuoted, start..<offset)
    node.value = valueStart..<builder.values.count
    try builder.add(node)
  }

  private mutating func readEscape(_ bytes: Span<UInt8>) throws(ReadProblem) {
    if offset + 1 < bytes.count, let character = JSONGrammar.escaped(bytes[offset + 1]) {
      builder.keep(character)
      offset += 2
      return
    }
    guard let unit = JSONGrammar.escapedUnit(at: offset, in: bytes) else {
      throw ReadProblem(.syntax, "a wrong escape in a string in JSON", at: offset)
    }
    var scalar = UInt32(unit)
    offset += 6
    if (0xd800..<0xdc00).contains(scalar),
      let low = JSONGrammar.escapedUnit(at: offset, in: bytes), (0xdc00..<0xe000).contains(low)
    {
      scalar = 0x10000 + ((scalar - 0xd800) << 10) + (UInt32(low) - 0xdc00)
      offset += 6
    }
    // A lone surrogate becomes the replacement character, as Go's decoder has it.
    let character = Unicode.Scalar(scalar) ?? "\u{fffd}"
    for byte in UTF8.encode(character) ?? .init() { builder.keep(byte) }
  }
}
