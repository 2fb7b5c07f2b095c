internal import CryptoCore

/// Reads JSON (RFC 8259) strictly, with the exact bytes of every part.
///
/// libyaml would take most JSON for YAML, but not surrogate pairs and keys above 1,024 bytes.
struct JSONReader: ~Copyable {
  private var cursor: Cursor
  private var builder: TreeBuilder
  private let lines: LineTable

  static func read(_ bytes: Span<UInt8>, limits: SourceLimits) throws(SourceError) -> SourceTree {
    let lines = LineTable(bytes)
    let hasMark = bytes.count >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf
    var reader = JSONReader(
      cursor: Cursor(offset: hasMark ? 3 : 0, end: bytes.count),
      builder: TreeBuilder(byteCount: bytes.count, limits: limits, syntax: .json), lines: lines)
    try reader.readAll(bytes)
    let document = SourceDocument(root: NodeID(index: 0), range: (hasMark ? 3 : 0)..<bytes.count)
    return reader.finish(document)
  }

  private init(cursor: Cursor, builder: consuming TreeBuilder, lines: LineTable) {
    self.cursor = cursor
    self.builder = builder
    self.lines = lines
  }

  private consuming func finish(_ document: SourceDocument) -> SourceTree {
    builder.finish(syntax: .json, documents: [document], comments: [], lines: lines)
  }

  /// What may come next.
  private enum Expected { case value, key, keyOrEnd, valueOrEnd, colon, commaOrEnd, nothing }

  private mutating func readAll(_ bytes: Span<UInt8>) throws(SourceError) {
    var expected = Expected.value
    var objects: [Bool] = []
    while true {
      skipBlanks(bytes)
      guard let byte = cursor.peek(bytes) else { break }
      switch (byte, expected) {
      case (UInt8(ascii: "{"), .value), (UInt8(ascii: "{"), .valueOrEnd):
        try begin(.mapping(isFlow: true), bytes)
        objects.append(true)
        expected = .keyOrEnd
      case (UInt8(ascii: "["), .value), (UInt8(ascii: "["), .valueOrEnd):
        try begin(.sequence(isFlow: true), bytes)
        objects.append(false)
        expected = .valueOrEnd
      case (UInt8(ascii: "}"), .keyOrEnd), (UInt8(ascii: "}"), .commaOrEnd),
        (UInt8(ascii: "]"), .valueOrEnd), (UInt8(ascii: "]"), .commaOrEnd):
        guard objects.last == (byte == UInt8(ascii: "}")) else { throw unexpected(bytes) }
        objects.removeLast()
        cursor.offset += 1
        builder.end(flowEnd: Int32(truncatingIfNeeded: cursor.offset))
        expected = objects.isEmpty ? .nothing : .commaOrEnd
      case (UInt8(ascii: ","), .commaOrEnd):
        cursor.offset += 1
        expected = objects.last == true ? .key : .value
      case (UInt8(ascii: ":"), .colon):
        cursor.offset += 1
        expected = .value
      case (UInt8(ascii: "\""), .key), (UInt8(ascii: "\""), .keyOrEnd):
        try readString(bytes)
        expected = .colon
      case (UInt8(ascii: "\""), .value), (UInt8(ascii: "\""), .valueOrEnd):
        try readString(bytes)
        expected = objects.isEmpty ? .nothing : .commaOrEnd
      case (_, .value), (_, .valueOrEnd):
        try readLiteral(bytes)
        expected = objects.isEmpty ? .nothing : .commaOrEnd
      default: throw unexpected(bytes)
      }
    }
    guard expected == .nothing else {
      throw SourceError(
        .syntax, "the JSON text ends too early", at: lines.position(of: bytes.count, in: bytes))
    }
  }

  private func unexpected(_ bytes: Span<UInt8>) -> SourceError {
    SourceError(
      .syntax, "not JSON: an unexpected character",
      at: lines.position(of: cursor.offset, in: bytes))
  }

  private mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while let byte = cursor.peek(bytes), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 9 {
      cursor.offset += 1
    }
  }

  private mutating func begin(_ kind: Node.Kind, _ bytes: Span<UInt8>) throws(SourceError) {
    var node = NodeRecord(kind: kind)
    node.start = Int32(truncatingIfNeeded: cursor.offset)
    node.contentStart = node.start
    node.end = node.start + 1
    do throws(TreeLimit) { try builder.begin(node) } catch {
      throw SourceError(
        error.code, error.message, at: lines.position(of: cursor.offset, in: bytes))
    }
    cursor.offset += 1
  }

  private mutating func add(
    _ style: ScalarStyle, from start: Int, value: Int, bytes: Span<UInt8>
  ) throws(SourceError) {
    var node = NodeRecord(kind: .scalar(style))
    node.start = Int32(truncatingIfNeeded: start)
    node.contentStart = node.start
    node.end = Int32(truncatingIfNeeded: cursor.offset)
    node.valueStart = Int32(truncatingIfNeeded: value)
    node.valueEnd = Int32(truncatingIfNeeded: builder.values.count)
    do throws(TreeLimit) { _ = try builder.add(node) } catch {
      throw SourceError(error.code, error.message, at: lines.position(of: start, in: bytes))
    }
  }

  /// A number, `true`, `false` or `null`.
  private mutating func readLiteral(_ bytes: Span<UInt8>) throws(SourceError) {
    let start = cursor.offset
    while let byte = cursor.peek(bytes), JSONGrammar.isLiteralByte(byte) { cursor.offset += 1 }
    guard JSONGrammar.isLiteral(bytes.extracting(start..<cursor.offset)) else {
      cursor.offset = start
      throw unexpected(bytes)
    }
    let value = builder.keep(bytes.extracting(start..<cursor.offset))
    try add(.plain, from: start, value: Int(value.start), bytes: bytes)
  }

  private mutating func readString(_ bytes: Span<UInt8>) throws(SourceError) {
    let start = cursor.offset
    let value = builder.values.count
    cursor.offset += 1
    while true {
      let runStart = cursor.offset
      while let byte = cursor.peek(bytes), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"),
        byte >= 0x20
      {
        cursor.offset += 1
      }
      let run = bytes.extracting(runStart..<cursor.offset)
      guard JSONGrammar.isUTF8(run) else {
        throw SourceError(
          .encoding, "the text is not UTF-8", at: lines.position(of: runStart, in: bytes))
      }
      _ = builder.keep(run)
      guard let byte = cursor.peek(bytes) else {
        throw SourceError(
          .syntax, "a string does not end", at: lines.position(of: start, in: bytes))
      }
      if byte == UInt8(ascii: "\"") {
        cursor.offset += 1
        break
      }
      guard byte == UInt8(ascii: "\\") else { throw unexpected(bytes) }
      try readEscape(bytes)
    }
    try add(.doubleQuoted, from: start, value: value, bytes: bytes)
  }

  private mutating func readEscape(_ bytes: Span<UInt8>) throws(SourceError) {
    guard let byte = cursor.peek(bytes, ahead: 1) else { throw unexpected(bytes) }
    if byte != UInt8(ascii: "u") {
      guard let character = JSONGrammar.escaped(byte) else { throw unexpected(bytes) }
      builder.keep(character)
      cursor.offset += 2
      return
    }
    guard let unit = hex(bytes, ahead: 2) else { throw unexpected(bytes) }
    var scalar = UInt32(unit)
    var length = 6
    if (0xd800..<0xdc00).contains(scalar), cursor.peek(bytes, ahead: 6) == UInt8(ascii: "\\"),
      cursor.peek(bytes, ahead: 7) == UInt8(ascii: "u"), let low = hex(bytes, ahead: 8),
      (0xdc00..<0xe000).contains(low)
    {
      scalar = 0x10000 + ((scalar - 0xd800) << 10) + (UInt32(low) - 0xdc00)
      length = 12
    }
    // A lone surrogate becomes the replacement character, as Go's decoder has it.
    for byte in String(Character(Unicode.Scalar(scalar) ?? "\u{fffd}")).utf8 { builder.keep(byte) }
    cursor.offset += length
  }

  private func hex(_ bytes: Span<UInt8>, ahead: Int) -> UInt16? {
    var value: UInt16 = 0
    for index in 0..<4 {
      guard let byte = cursor.peek(bytes, ahead: ahead + index),
        let digit = JSONGrammar.hexDigit(byte)
      else { return nil }
      value = value << 4 | UInt16(digit)
    }
    return value
  }
}
