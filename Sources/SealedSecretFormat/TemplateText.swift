/// One entry of `spec.template.data`: a Go template, as far as it is taken here (Go's
/// `text/template`).
///
/// Texts, values by name, and functions of one value in a row. Conditions, loops and variables are
/// refused.
struct TemplateText {
  /// A part of the text.
  enum Piece {
    /// Bytes as they are.
    case text([UInt8])
    /// Commands, each of which gets the result of the one before as its last term.
    case pipeline([[Term]])
  }

  /// A word of a command.
  enum Term: Equatable {
    /// `.`: all values.
    case dot
    /// `.name`: a value.
    case field(String)
    /// A text in quotes.
    case text([UInt8])
    case number(Int)
    /// A function.
    case function(String)
  }

  /// The most that is taken, in bytes: what Kubernetes takes for a whole object.
  static let maximumByteCount = 1 << 20

  private(set) var pieces: [Piece] = []

  /// - Throws: `.unsupported` with the action that is not taken.
  init(_ text: [UInt8]) throws(SealedSecretError) {
    var start = 0
    var trimsNext = false
    while let open = Self.find("{{", in: text, from: start) {
      var index = open + 2
      var literal = Array(text[start..<open])
      if trimsNext { Self.trimFront(&literal) }
      if index + 1 < text.count, text[index] == UInt8(ascii: "-"), Self.isBlank(text[index + 1]) {
        while let last = literal.last, Self.isBlank(last) { literal.removeLast() }
        index += 2
      }
      if !literal.isEmpty { pieces.append(.text(literal)) }
      let action = try Self.action(in: text, from: index)
      if !action.commands.isEmpty { pieces.append(.pipeline(action.commands)) }
      (start, trimsNext) = (action.end, action.trims)
    }
    var rest = Array(text[start...])
    if trimsNext { Self.trimFront(&rest) }
    if !rest.isEmpty { pieces.append(.text(rest)) }
  }

  /// Reads an action up to behind its `}}`; a comment has no commands.
  private static func action(
    in text: [UInt8], from start: Int
  ) throws(SealedSecretError) -> (commands: [[Term]], end: Int, trims: Bool) {
    var words = TemplateWords(text, at: start)
    if words.skip("/*") {
      guard let end = find("*/", in: text, from: words.index) else {
        throw TemplateWords.unsupported("an action that does not end", in: text, at: start)
      }
      words.index = end + 2
      // Go takes no blanks here but the one of the mark that trims.
      guard let trims = words.endOfComment() else {
        throw TemplateWords.unsupported("a comment with something behind it", in: text, at: start)
      }
      return ([], words.index, trims)
    }
    var commands: [[Term]] = [[]]
    while true {
      if let trims = words.end() {
        guard commands.allSatisfy({ !$0.isEmpty }) else {
          throw TemplateWords.unsupported("an empty command", in: text, at: start)
        }
        return (commands, words.index, trims)
      }
      words.skipBlanks()
      if words.skip("|") {
        commands.append([])
      } else {
        commands[commands.count - 1].append(try words.term())
      }
    }
  }

  private static func find(_ mark: StaticString, in text: [UInt8], from start: Int) -> Int? {
    let mark = Array(mark.description.utf8)
    var index = start
    while index + mark.count <= text.count {
      if text[index] == mark[0], text[index + 1] == mark[1] { return index }
      index += 1
    }
    return nil
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a
  }

  private static func trimFront(_ text: inout [UInt8]) {
    text.removeFirst(text.prefix(while: isBlank).count)
  }
}

/// The words of an action.
struct TemplateWords {
  private let text: [UInt8]
  private let start: Int
  var index: Int

  init(_ text: [UInt8], at index: Int) {
    self.text = text
    start = index
    self.index = index
  }

  /// Skips a mark that stands here; false when it does not.
  mutating func skip(_ mark: StaticString) -> Bool {
    let mark = Array(mark.description.utf8)
    guard text[index...].starts(with: mark) else { return false }
    index += mark.count
    return true
  }

  mutating func skipBlanks() {
    while index < text.count, TemplateText.isBlank(text[index]) { index += 1 }
  }

  /// Skips the end of a comment, as `end` does.
  mutating func endOfComment() -> Bool? {
    if skip("}}") { return false }
    guard index < text.count, TemplateText.isBlank(text[index]) else { return nil }
    index += 1
    return skip("-}}") ? true : nil
  }

  /// Skips the end of the action; whether it trims what follows, and nil when it is not here.
  mutating func end() -> Bool? {
    let before = index
    skipBlanks()
    if index > before, skip("-}}") { return true }
    if skip("}}") { return false }
    index = before
    return nil
  }

  /// Reads a term.
  ///
  /// - Throws: `.unsupported`.
  mutating func term() throws(SealedSecretError) -> TemplateText.Term {
    guard index < text.count else { throw unsupported("an action that does not end") }
    let term: TemplateText.Term
    switch text[index] {
    case UInt8(ascii: "."):
      index += 1
      let name = identifier()
      guard name.utf8.first.map({ $0 > UInt8(ascii: "9") }) ?? true else {
        throw unsupported("a number with a fraction")
      }
      term = name.isEmpty ? .dot : .field(name)
    case UInt8(ascii: "\""): term = .text(try quoted())
    case UInt8(ascii: "`"):
      guard let end = text[(index + 1)...].firstIndex(of: UInt8(ascii: "`")) else {
        throw unsupported("a text that does not end")
      }
      term = .text(text[(index + 1)..<end].filter { $0 != 0x0d })
      index = end + 1
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      let digits = identifier()
      // Go takes a zero in front for base 8.
      guard let number = Int(digits), number < 1_000, String(number) == digits else {
        throw unsupported("a number that is not below 1,000")
      }
      term = .number(number)
    default:
      let name = identifier()
      guard !name.isEmpty else { throw unsupported("an action that is not taken here") }
      term = .function(name)
    }
    // What stands next to a term without a blank would be a part of it to Go.
    guard index < text.count else { throw unsupported("an action that does not end") }
    let next = text[index]
    guard TemplateText.isBlank(next) || next == UInt8(ascii: "|") || next == UInt8(ascii: "}")
    else { throw unsupported("an action that is not taken here") }
    return term
  }

  private mutating func identifier() -> String {
    let start = index
    while index < text.count, Self.isLetter(text[index]) { index += 1 }
    return String(decoding: text[start..<index], as: UTF8.self)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private mutating func quoted() throws(SealedSecretError) -> [UInt8] {
    index += 1
    var result: [UInt8] = []
    while index < text.count, text[index] != UInt8(ascii: "\"") {
      var byte = text[index]
      guard byte != 0x0a else { throw unsupported("a text that does not end") }
      if byte == UInt8(ascii: "\\") {
        index += 1
        switch index < text.count ? text[index] : 0 {
        case UInt8(ascii: "n"): byte = 0x0a
        case UInt8(ascii: "t"): byte = 0x09
        case UInt8(ascii: "r"): byte = 0x0d
        case UInt8(ascii: "\\"): byte = UInt8(ascii: "\\")
        case UInt8(ascii: "\""): byte = UInt8(ascii: "\"")
        default: throw unsupported("an escape that is not taken here")
        }
      }
      result.append(byte)
      index += 1
    }
    guard index < text.count else { throw unsupported("a text that does not end") }
    index += 1
    return result
  }

  private func unsupported(_ what: String) -> SealedSecretError {
    Self.unsupported(what, in: text, at: start)
  }

  /// The most bytes of an action that an error shows.
  private static let shownByteCount = 60

  static func unsupported(
    _ what: String, in text: [UInt8], at start: Int
  ) -> SealedSecretError {
    let rest = text[start...].prefix(shownByteCount)
    let shown = SealedSecretNames.shown(String(decoding: rest, as: UTF8.self))
    return SealedSecretError(.unsupported, "\(what): {{\(shown)")
  }
}
