internal import CryptoCore
internal import YAMLSource

/// Reads INI files as SOPS's parser (go-ini) does.
///
/// A section is a key of the tree and its keys are below; keys above all sections belong to `DEFAULT`.
/// A comment stands behind its key in the tree, one above a section first in it.
struct INIReader: ~Copyable {
  static let defaultSection = "DEFAULT"

  private struct Section {
    let name: String
    let source: Range<Int>
    var comment: TreeEntry?
    /// Each key, and the comment above it in the text.
    var keys: [(entry: TreeEntry, comment: TreeEntry?)] = []

    var entry: TreeEntry {
      var entries = comment.map { [$0] } ?? []
      for key in keys {
        entries.append(key.entry)
        if let comment = key.comment { entries.append(comment) }
      }
      return TreeEntry(
        key: name, content: .mapping(entries), source: source, start: source.lowerBound)
    }
  }

  private let text: TreeText
  private var offset = 0
  private var sections = [Section(name: defaultSection, source: 0..<0)]
  /// The comment lines since the last key or section.
  private var pending = WipedBuffer()
  private var pendingSource: Range<Int>?
  private var entryCount = 0
  /// The keys of the last section, by their bytes, and where it has them.
  private var places: [[UInt8]: Int] = [:]

  static func read(_ source: Span<UInt8>) throws(SOPSError) -> Tree {
    let text = TreeText()
    var reader = INIReader(text: text)
    if source.starts(with: "\u{feff}") { reader.offset = 3 }
    while reader.offset < source.count { try reader.readLine(source) }
    let entries = reader.finish()
    return Tree(documents: [entries], text: text)
  }

  private init(text: TreeText) { self.text = text }

  private consuming func finish() -> [TreeEntry] {
    sections.map(\.entry)
  }

  private mutating func nextLine(_ source: Span<UInt8>) -> Range<Int> {
    let start = offset
    while offset < source.count, source[offset] != 0x0a { offset += 1 }
    let end = offset
    offset = min(offset + 1, source.count)
    return start..<end
  }

  private mutating func readLine(_ source: Span<UInt8>) throws(SOPSError) {
    let whole = nextLine(source)
    let line = INIText.trimmed(whole, source)
    guard !line.isEmpty else { return }
    entryCount += 1
    guard entryCount <= TreeLimits.entryCount else {
      throw SOPSError(.limitExceeded, "the file has too many lines")
    }
    switch source[line.lowerBound] {
    case UInt8(ascii: "#"), UInt8(ascii: ";"):
      // As it stands, with what is at its end: the lines' ends are trimmed when they are written.
      appendComment(line.lowerBound..<offset, source)
    case UInt8(ascii: "["): try readSection(line, source)
    default: try readKey(line, source)
    }
  }

  private mutating func appendComment(_ range: Range<Int>, _ source: Span<UInt8>) {
    pending.append(source.extracting(range))
    pendingSource = (pendingSource?.lowerBound ?? range.lowerBound)..<range.upperBound
  }

  private func failure(_ message: String, _ range: Range<Int>, _ source: Span<UInt8>) -> SOPSError {
    SOPSError(.syntax, message, at: LinePosition.of(range.lowerBound, in: source))
  }

  private mutating func readSection(_ line: Range<Int>, _ source: Span<UInt8>) throws(SOPSError) {
    guard let close = line.last(where: { source[$0] == UInt8(ascii: "]") }) else {
      throw failure("the section's name has no ']'", line, source)
    }
    let name = source.extracting((line.lowerBound + 1)..<close)
    guard !name.isEmpty, UTF8Check.isValid(name) else {
      throw failure("the section has no name, or none in UTF-8", line, source)
    }
    let behind = (close + 1)..<line.upperBound
    if let mark = behind.first(where: { INIText.isCommentMark(source[$0]) }) {
      appendComment(mark..<line.upperBound, source)
    }
    let title = String(decoding: Array(copying: name), as: UTF8.self)
    sections.append(Section(name: title, source: line, comment: takeComment()))
    places = [:]
  }

  /// The pending comment lines as one comment, without the first one's mark.
  private mutating func takeComment() -> TreeEntry? {
    defer {
      pending.removeAll()
      pendingSource = nil
    }
    guard let range = INIText.comment(in: pending.bytes), let source = pendingSource else {
      return nil
    }
    let kept = text.add(pending.bytes.extracting(range))
    return TreeEntry(content: .comment(isInline: false), text: kept, source: source)
  }

  private mutating func readKey(_ line: Range<Int>, _ source: Span<UInt8>) throws(SOPSError) {
    guard let (name, valueStart) = INIText.keyName(line, source) else {
      throw failure("the line is neither a key with a value, a section nor a comment", line, source)
    }
    guard UTF8Check.isValid(source.extracting(name)) else {
      throw failure("the key is not UTF-8", line, source)
    }
    let key = String(decoding: Array(copying: source.extracting(name)), as: UTF8.self)
    // go-ini would number such keys, and keep the last of two of one name.
    guard key != "-", !key.isEmpty else { throw failure("the key has no name", line, source) }
    var entry = try readValue(valueStart..<line.upperBound, source)
    entry.key = key
    let last = sections.count - 1
    guard let place = places[Array(key.utf8)] else {
      places[Array(key.utf8)] = sections[last].keys.count
      return sections[last].keys.append((entry, takeComment()))
    }
    guard isRepeated(entry, sections[last].keys[place]) else {
      throw SOPSError(
        .duplicateKey,
        "the section has this key twice, and SOPS would keep only the last value and comment",
        at: LinePosition.of(line.lowerBound, in: source))
    }
    sections[last].keys[place].comment = takeComment()
  }

  /// Whether nothing is lost when an entry takes an earlier one's place, as in SOPS's parser.
  private func isRepeated(
    _ entry: TreeEntry, _ earlier: (entry: TreeEntry, comment: TreeEntry?)
  ) -> Bool {
    guard earlier.comment == nil else { return false }
    return text.lend(entry.text) { new in
      text.lend(earlier.entry.text) { old in ConstantTime.equal(new, old) }
    }
  }

  private mutating func readValue(
    _ range: Range<Int>, _ source: Span<UInt8>
  ) throws(SOPSError) -> TreeEntry {
    let value = INIText.trimmed(range, source)
    var entry = TreeEntry(content: .scalar(.string), source: value)
    guard !value.isEmpty else {
      entry.source = range.upperBound..<range.upperBound
      return entry
    }
    let bytes = source.extracting(value)
    // Nothing but the line's end may follow the quotes.
    if offset - value.lowerBound > 3, bytes.starts(with: "\"\"\"") {
      return try readQuoted(value, "\"\"\"", source)
    }
    if bytes[0] == UInt8(ascii: "`") { return try readQuoted(value, "`", source) }
    if bytes[bytes.count - 1] == UInt8(ascii: "\\") { return try readContinued(value, source) }
    var content = value
    if let mark = value.first(where: { INIText.isCommentMark(source[$0]) }) {
      appendComment(mark..<value.upperBound, source)
      content = INIText.trimmed(value.lowerBound..<mark, source)
    }
    entry.source = content
    entry.text = text.add(source.extracting(INIText.unquoted(content, source)))
    return entry
  }

  /// A value in `"""` or backquotes, which may go on over lines.
  private mutating func readQuoted(
    _ value: Range<Int>, _ quote: StaticString, _ source: Span<UInt8>
  ) throws(SOPSError) -> TreeEntry {
    let start = value.lowerBound + quote.utf8CodeUnitCount
    var line = start..<value.upperBound
    while true {
      if let end = INIText.last(quote, in: line, source) {
        let close = end + quote.utf8CodeUnitCount
        let behind = close..<max(close, line.upperBound)
        if line.lowerBound > start,
          let mark = behind.first(where: { INIText.isCommentMark(source[$0]) })
        {
          appendComment(mark..<line.upperBound, source)
        }
        return TreeEntry(
          content: .scalar(.string), text: text.add(source.extracting(start..<end)),
          source: value.lowerBound..<close)
      }
      guard offset < source.count else {
        throw failure("the value's quote does not end", value, source)
      }
      line = nextLine(source)
    }
  }

  /// A value whose line ends with a backslash: the next one belongs to it.
  private mutating func readContinued(
    _ value: Range<Int>, _ source: Span<UInt8>
  ) throws(SOPSError) -> TreeEntry {
    var joined = WipedBuffer(copying: source.extracting(value.lowerBound..<value.upperBound - 1))
    var end = value.upperBound
    while offset < source.count {
      let line = INIText.trimmed(nextLine(source), source)
      guard !line.isEmpty else { break }
      end = line.upperBound
      let goesOn = source[line.upperBound - 1] == UInt8(ascii: "\\")
      joined.append(source.extracting(line.lowerBound..<line.upperBound - (goesOn ? 1 : 0)))
      guard goesOn else { break }
    }
    return TreeEntry(
      content: .scalar(.string), text: text.add(joined.bytes), source: value.lowerBound..<end)
  }
}
