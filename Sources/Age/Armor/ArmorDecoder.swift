internal import CryptoCore

/// Decodes ASCII armor piece by piece.
///
/// Lines end with LF or CRLF; empty lines and such of white space may come before the first one, and
/// white space behind the last. All else is strict: full lines of 64 characters, then one of at most 64, canonical base64.
struct ArmorDecoder: ~Copyable {
  private enum State {
    case beforeBegin, inBody, beforeEnd, afterEnd
  }

  private var state = State.beforeBegin
  /// Whether the line so far is white space.
  private var isIndented = false
  /// The line that is not complete yet.
  private var line = WipedBuffer()
  /// No line is longer than the first one, with CR and LF.
  private static let maximumLineByteCount = 66

  /// Takes the next piece and appends what it yields.
  ///
  /// - Throws: `.malformedArmor`.
  mutating func decode(
    _ text: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(AgeError) {
    var start = 0
    while start < text.count {
      if state == .afterEnd || (state == .beforeBegin && line.isEmpty) {
        guard Armor.isWhitespace(text[start]) else {
          if state == .afterEnd { throw Self.malformed("there is text after the armor") }
          guard !isIndented else {
            throw Self.malformed("there is white space in front of '\(Armor.begin)'")
          }
          start += try takeLine(text.extracting(start...), appendingTo: &output)
          continue
        }
        isIndented = text[start] != UInt8(ascii: "\n")
        start += 1
      } else {
        start += try takeLine(text.extracting(start...), appendingTo: &output)
      }
    }
  }

  /// Ends the text, whose last line need not end with a line feed.
  ///
  /// - Throws: `.malformedArmor`.
  mutating func finish(appendingTo output: inout WipedBuffer) throws(AgeError) {
    if !line.isEmpty { try endLine(appendingTo: &output) }
    switch state {
    case .afterEnd: return
    case .beforeBegin: throw Self.malformed("the armor's first line is missing")
    case .inBody, .beforeEnd: throw Self.malformed("the armor's last line is missing")
    }
  }

  /// Takes bytes up to a line feed; returns how many.
  private mutating func takeLine(
    _ text: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(AgeError) -> Int {
    let limit = min(text.count, Self.maximumLineByteCount + 1 - line.count)
    var count = 0
    while count < limit, text[count] != UInt8(ascii: "\n") { count += 1 }
    line.append(text.extracting(..<count))
    if count < text.count, text[count] == UInt8(ascii: "\n") {
      try endLine(appendingTo: &output)
      return count + 1
    }
    guard line.count <= Self.maximumLineByteCount else {
      throw Self.malformed("a line is too long")
    }
    return count
  }

  private mutating func endLine(appendingTo output: inout WipedBuffer) throws(AgeError) {
    var count = line.count
    if count > 0, line.bytes[count - 1] == UInt8(ascii: "\r") { count -= 1 }
    state = try Self.take(line.bytes.extracting(..<count), state, appendingTo: &output)
    line.removeAll()
  }

  /// Takes a whole line; returns what comes next.
  private static func take(
    _ text: Span<UInt8>, _ state: State, appendingTo output: inout WipedBuffer
  ) throws(AgeError) -> State {
    let isEnd = isEnd(text)
    switch state {
    case .beforeBegin:
      guard text.count == Armor.begin.utf8CodeUnitCount, text.starts(with: Armor.begin) else {
        throw malformed("its first line is not '\(Armor.begin)'")
      }
      return .inBody
    case .inBody where isEnd: return .afterEnd
    case .inBody:
      guard (1...Armor.lineByteCounts.characters).contains(text.count) else {
        throw malformed("a line is empty or longer than 64 characters")
      }
      let before = output.count
      do { try Base64.decode(text, appendingTo: &output) } catch {
        throw malformed("a line is not canonical base64")
      }
      // A shorter line ends the body, and so does padding.
      return output.count - before < Armor.lineByteCounts.bytes ? .beforeEnd : .inBody
    case .beforeEnd:
      guard isEnd else { throw malformed("its last line is not '\(Armor.end)'") }
      return .afterEnd
    case .afterEnd: throw malformed("there is text after the armor")
    }
  }

  /// Whether a line is the last one; white space may come after it, on the same line too.
  private static func isEnd(_ text: Span<UInt8>) -> Bool {
    guard text.starts(with: Armor.end) else { return false }
    let rest = text.extracting(Armor.end.utf8CodeUnitCount...)
    for index in rest.indices where !Armor.isWhitespace(rest[index]) { return false }
    return true
  }

  private static func malformed(_ what: String) -> AgeError {
    AgeError(.malformedArmor, "the ASCII armor is malformed: \(what)")
  }
}
