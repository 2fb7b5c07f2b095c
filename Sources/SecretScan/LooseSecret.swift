internal import Manifest
internal import YAMLSource

/// A Secret in block style within a text, read line by line: what stands in the same column as its
/// `kind`, behind the same blanks, comment signs or dashes.
struct LooseSecret {
  private(set) var plaintextCount = 0
  private(set) var firstOffset = 0
  private var firstName = ""
  private let prefix: [UInt8]
  /// The fields that have been read.
  private var names: Set<String> = ["kind"]
  /// How many bytes may still be compared.
  private var budget: Int

  /// A Secret has fewer lines; in each direction.
  private static let maximumLineCount = 4_000

  /// Where a line stands in comparison to the field `kind`.
  private enum Level {
    /// Blank, or nothing but an action of a template or a comment.
    case none
    /// One of git's conflict markers: behind it fields may stand once more.
    case marker
    /// The object ends in front of it.
    case outside
    /// A field, whose name begins here; whether a dash stands in front.
    case field(Int, isItem: Bool)
    /// Deeper: part of a field.
    case inside(Int)
  }

  /// Nil when it is a field of something that is no Secret of Kubernetes' core.
  ///
  /// - Parameter budget: How many bytes may be compared; becomes less.
  init?(_ bytes: Span<UInt8>, kind: KindField, budget: inout Int) {
    let start = bytes.lineStart(of: kind.start)
    let prefixEnd = kind.isQuoted && kind.start > start ? kind.start - 1 : kind.start
    var prefix: [UInt8] = []
    for index in start..<prefixEnd {
      guard Self.mayStandInFront(bytes[index]) else { return nil }
      prefix.append(bytes[index])
    }
    self.prefix = prefix
    self.budget = budget
    let isItem = prefix.contains(UInt8(ascii: "-"))
    let isSecret =
      (isItem || scanBackward(bytes, from: start)) && scanForward(bytes, from: start)
    budget = self.budget
    guard isSecret else { return nil }
  }

  var summary: String {
    plaintextCount == 1
      ? "\(firstName) of a Secret is in plaintext"
      : "\(plaintextCount) values of a Secret are in plaintext, the first is \(firstName)"
  }

  private static func mayStandInFront(_ byte: UInt8) -> Bool {
    byte.isBlank || [0x23, 0x2f, 0x2a, 0x3e, 0x7c, 0x2d].contains(byte)
  }

  /// Reads the fields in front; false when one says that it is no Secret.
  private mutating func scanBackward(_ bytes: Span<UInt8>, from kindLine: Int) -> Bool {
    var line = kindLine
    for _ in 0..<Self.maximumLineCount where line > 0 && budget > 0 {
      let end = line > 1 && bytes[line - 1] == 0x0a && bytes[line - 2] == 0x0d ? line - 2 : line - 1
      line = bytes.lineStart(of: end)
      budget -= end - line + 16
      switch level(of: line..<end, bytes) {
      case .none, .inside: continue
      case .marker: names = []
      case .outside: return true
      case .field(let start, let isItem):
        switch read(field: start, end, bytes) {
        case .another: return true
        case .noSecret: return false
        case .own: if isItem { return true }
        }
      }
    }
    return true
  }

  private mutating func scanForward(_ bytes: Span<UInt8>, from kindLine: Int) -> Bool {
    var line = Self.next(after: kindLine, bytes)
    for _ in 0..<Self.maximumLineCount where line < bytes.count && budget > 0 {
      let end = bytes.lineEnd(of: line)
      budget -= end - line + 16
      switch level(of: line..<end, bytes) {
      case .none, .inside: break
      case .marker: names = []
      case .outside: return true
      case .field(let start, let isItem):
        if isItem { return true }
        switch read(field: start, end, bytes) {
        case .another: return true
        case .noSecret: return false
        case .own: break
        }
      }
      line = Self.next(after: end, bytes)
    }
    return true
  }

  /// Where the line behind an offset's begins.
  private static func next(after offset: Int, _ bytes: Span<UInt8>) -> Int {
    let end = bytes.lineEnd(of: offset)
    guard end < bytes.count else { return end }
    return end + (bytes[end] == 0x0d && end + 1 < bytes.count && bytes[end + 1] == 0x0a ? 2 : 1)
  }

  private func level(of line: Range<Int>, _ bytes: Span<UInt8>) -> Level {
    let text = bytes.trimmed(line)
    if text.isEmpty || Self.isAction(text, bytes) { return .none }
    if ConflictMarkers.marker(bytes.extracting(line)) != nil { return .marker }
    let sign = UInt8(ascii: "#")
    if bytes[text.lowerBound] == sign, !prefix.contains(sign) { return .none }
    var isItem = false
    for index in prefix.indices {
      let place = line.lowerBound + index
      // A line with nothing but the signs of a comment.
      guard place < line.upperBound else { return index < text.count ? .outside : .none }
      let (byte, expected) = (bytes[place], prefix[index])
      if byte == UInt8(ascii: "-"), expected != byte || bytes.has("- ", at: place) {
        isItem = true
      } else if byte != expected, !(expected == UInt8(ascii: "-") && byte == 0x20) {
        return .outside
      }
    }
    let start = line.lowerBound + prefix.count
    guard start < line.upperBound else { return .none }
    if bytes[start].isBlank {
      let content = bytes.trimmed(start..<line.upperBound)
      return content.isEmpty || Self.isAction(content, bytes) ? .none : .inside(content.lowerBound)
    }
    if bytes.has("---", at: start) || bytes.has("```", at: start) { return .outside }
    return .field(start, isItem: isItem)
  }

  /// Between what actions of templates stand: of Helm, of Jinja with its comments, of ERB, of a shell.
  private static let brackets: [(StaticString, StaticString)] = [
    ("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>"), ("${", "}"),
  ]

  /// Whether a text is nothing but an action of a template, such as `{{- if .x }}`.
  private static func isAction(_ text: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    brackets.contains { start, end in
      bytes.has(start, at: text.lowerBound)
        && bytes.has(end, at: text.upperBound - end.utf8CodeUnitCount)
    }
  }

  /// What a line in the column of `kind` is.
  private enum FieldOutcome {
    /// A field of the object, or a comment.
    case own
    /// No field, or one that was there already: the object has ended.
    case another
    /// The object is no Secret of Kubernetes' core.
    case noSecret
  }

  private mutating func read(field start: Int, _ end: Int, _ bytes: Span<UInt8>) -> FieldOutcome {
    if bytes[start] == UInt8(ascii: "#") { return .own }
    guard let field = Self.field(start..<end, bytes),
      names.insert(field.name.lowercased()).inserted
    else { return .another }
    switch field.name.lowercased() {
    case "apiversion":
      let value = Self.unquoted(field.value, bytes)
      let isCore =
        value.isEmpty || ObjectHeader.mayBeCore(bytes.extracting(value).text)
        || bytes.has("{{", at: value.lowerBound)
      return isCore ? .own : .noSecret
    case "data": readValues("data", field.value, bytes)
    case "stringdata": readValues("stringData", field.value, bytes)
    default: break
    }
    return .own
  }

  private mutating func readValues(_ name: String, _ rest: Range<Int>, _ bytes: Span<UInt8>) {
    if !rest.isEmpty, bytes[rest.lowerBound] == UInt8(ascii: "{") {
      return readFlow(name, rest, bytes)
    }
    var line = Self.next(after: rest.upperBound, bytes)
    var column: Int?
    // A block scalar, or a value in the next line.
    var open: String?
    for _ in 0..<Self.maximumLineCount where line < bytes.count && budget > 0 {
      let end = bytes.lineEnd(of: line)
      budget -= end - line + 16
      let next = Self.next(after: end, bytes)
      let start: Int
      switch level(of: line..<end, bytes) {
      case .inside(let place): start = place
      case .none, .marker:
        line = next
        continue
      case .outside, .field: return
      }
      let indentation = start - line
      if let open, let column, indentation > column {
        add("\(name)/\(open)", start..<end, bytes)
      } else {
        column = indentation
        open = nil
        if bytes[start] != UInt8(ascii: "#"), let entry = Self.field(start..<end, bytes) {
          if entry.value.isEmpty || Self.isBlockHeader(entry.value, bytes) {
            open = entry.name
          } else {
            add("\(name)/\(entry.name)", Self.unquoted(entry.value, bytes), bytes)
          }
        }
      }
      line = next
    }
  }

  /// `data: {a: b}` in one line.
  private mutating func readFlow(_ name: String, _ range: Range<Int>, _ bytes: Span<UInt8>) {
    if bytes.has("{{", at: range.lowerBound) { return }
    let text = bytes.extracting(range)
    guard let tree = try? SourceTree.parse(text), let root = tree.documents.first?.root else {
      return
    }
    for pair in tree.pairs(of: root) {
      if case .plaintext = tree.entryValue(pair.value, in: text, isText: true) {
        note("\(name)/\(tree.shownKey(pair.key))", range.lowerBound)
      }
    }
  }

  private mutating func add(_ name: String, _ value: Range<Int>, _ bytes: Span<UInt8>) {
    if case .plaintext = EntryValue(bytes.extracting(value), isText: true) {
      note(name, value.lowerBound)
    }
  }

  private mutating func note(_ name: String, _ offset: Int) {
    if plaintextCount == 0 || offset < firstOffset { (firstName, firstOffset) = (name, offset) }
    plaintextCount += 1
  }

  /// The name and value of a `name: value`.
  private static func field(
    _ line: Range<Int>, _ bytes: Span<UInt8>
  ) -> (name: String, value: Range<Int>)? {
    var colon = line.lowerBound
    // A name may be an action of a template.
    if bytes.has("{{", at: colon) {
      while colon < line.upperBound, !bytes.has("}}", at: colon) { colon += 1 }
    }
    while colon < line.upperBound,
      bytes[colon] != UInt8(ascii: ":")
        || (colon + 1 < line.upperBound && !bytes[colon + 1].isBlank)
    {
      colon += 1
    }
    guard colon < line.upperBound, colon > line.lowerBound else { return nil }
    let name = unquoted(bytes.trimmed(line.lowerBound..<colon), bytes)
    let shown = ShownName.text(
      bytes.extracting(name.clamped(to: name.lowerBound..<name.lowerBound + 256)).text)
    return (shown, bytes.trimmed(colon + 1..<line.upperBound))
  }

  /// A scalar in one line without quotes or the comment behind it.
  private static func unquoted(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int> {
    guard let first = range.first else { return range }
    let quote = bytes[first]
    if quote == 0x22 || quote == 0x27 {
      var end = range.upperBound - 1
      while end > first, bytes[end] != quote { end -= 1 }
      return end > first ? first + 1..<end : range
    }
    for index in range.dropFirst()
    where bytes[index] == UInt8(ascii: "#") && bytes[index - 1].isBlank {
      return bytes.trimmed(first..<index)
    }
    return range
  }

  /// `|`, `>-`, `|2+ # comment`.
  private static func isBlockHeader(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    let first = bytes[range.lowerBound]
    guard first == UInt8(ascii: "|") || first == UInt8(ascii: ">") else { return false }
    for index in range.dropFirst() {
      let byte = bytes[index]
      if byte == UInt8(ascii: "#") || byte.isBlank { break }
      guard byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") else {
        return false
      }
    }
    return true
  }
}
