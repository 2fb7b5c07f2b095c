public import CryptoCore

/// Finds the entries of PEM text (RFC 7468): several, with text around them, with LF or CRLF.
///
/// An entry that is not whole does not hide the others.
public enum PEMReader {
  /// The most entries of one text.
  public static let maximumEntryCount = 100_000

  /// One entry.
  public struct Block: Sendable {
    /// What it calls itself: `CERTIFICATE`.
    public let label: String
    /// Its number in the text, from 1.
    public let index: Int
    /// The line of `-----BEGIN`, from 1.
    public let line: Int
    /// The whole entry, in bytes of the text.
    public let range: Range<Int>
    /// The lines between, headers included.
    let body: Range<Int>
    /// Whether headers say that it is encrypted (RFC 1421).
    public let isEncrypted: Bool
    /// What is wrong with it; nil when it can be decoded.
    public let problem: X509Error?
  }

  /// Whether there is anything that looks like an entry.
  public static func isPEM(_ text: Span<UInt8>) -> Bool {
    var lines = LineCursor(text)
    while let line = lines.next() {
      if Boundary(line.content, of: text)?.isBegin == true { return true }
    }
    return false
  }

  /// The entries, in order.
  ///
  /// - Throws: `.tooLarge` when there are more than `maximumEntryCount`.
  public static func blocks(in text: Span<UInt8>) throws(X509Error) -> [Block] {
    var blocks: [Block] = []
    var open: OpenBlock?
    var lines = LineCursor(text)
    while let line = lines.next() {
      guard let boundary = Boundary(line.content, of: text) else {
        open?.take(line.content, text)
        continue
      }
      if boundary.isBegin {
        if let unfinished = open {
          blocks.append(
            unfinished.closed(
              blocks.count + 1, end: line.content.lowerBound, "an entry without its END line"))
        }
        guard blocks.count < maximumEntryCount else {
          throw X509Error(.tooLarge, "more than \(maximumEntryCount) entries")
        }
        open = OpenBlock(boundary, line)
      } else if let finished = open {
        let problem =
          boundary.label == finished.label
          ? nil : "BEGIN \(finished.label) ends with END \(boundary.label)"
        blocks.append(finished.closed(blocks.count + 1, end: line.content.upperBound, problem))
        open = nil
      }
    }
    if let unfinished = open {
      blocks.append(
        unfinished.closed(blocks.count + 1, end: text.count, "an entry without its END line"))
    }
    return blocks
  }

  /// Appends an entry's bytes to a buffer that is wiped.
  ///
  /// - Throws: `.badPEM` when the Base64 is broken; the entry's own problem.
  public static func decode(
    _ block: Block, of text: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(X509Error) {
    if let problem = block.problem { throw problem }
    var characters = WipedBuffer(capacity: block.body.count)
    var start = block.body.lowerBound
    for index in block.body where isBlank(text[index]) {
      if start < index { characters.append(text.extracting(start..<index)) }
      start = index + 1
    }
    if start < block.body.upperBound {
      characters.append(text.extracting(start..<block.body.upperBound))
    }
    do throws(CryptoError) {
      try Base64.decode(characters.bytes, appendingTo: &output)
    } catch {
      throw X509Error(.badPEM, "broken Base64")
    }
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
  }
}

/// A line that begins or ends an entry.
private struct Boundary {
  let isBegin: Bool
  let label: String
  /// Whether it is at the start of its line, where alone OpenSSL and Go find it.
  let isAtStart: Bool

  private static let maximumLabelByteCount = 64

  init?(_ line: Range<Int>, of text: Span<UInt8>) {
    var start = line.lowerBound
    var end = line.upperBound
    // A byte order mark, or blanks.
    while start < end, PEMReader.isBlank(text[start]) || text[start] >= 0x80 { start += 1 }
    while end > start, PEMReader.isBlank(text[end - 1]) { end -= 1 }
    guard end - start > 14, text[start] == UInt8(ascii: "-") else { return nil }
    let begin = Self.has("-----BEGIN ", at: start, text, end)
    guard begin || Self.has("-----END ", at: start, text, end) else { return nil }
    let first = start + (begin ? 11 : 9)
    guard end - 5 > first, end - 5 - first <= Self.maximumLabelByteCount,
      Self.has("-----", at: end - 5, text, end)
    else { return nil }
    var label = ""
    for index in first..<end - 5 {
      guard (0x20...0x7e).contains(text[index]) else { return nil }
      label.unicodeScalars.append(Unicode.Scalar(text[index]))
    }
    isBegin = begin
    self.label = label
    isAtStart = start == line.lowerBound
  }

  private static func has(
    _ prefix: StaticString, at start: Int, _ text: Span<UInt8>, _ end: Int
  ) -> Bool {
    guard end - start >= prefix.utf8CodeUnitCount else { return false }
    var position = start
    for scalar in prefix.description.utf8 {
      guard text[position] == scalar else { return false }
      position += 1
    }
    return true
  }
}

/// An entry whose END line has not come yet.
private struct OpenBlock {
  let label: String
  let line: Int
  let start: Int
  private let isAtStart: Bool
  private var body: Range<Int>?
  private var isInHeaders = false
  private var isEncrypted = false

  init(_ boundary: Boundary, _ line: LineCursor.Line) {
    label = boundary.label
    self.line = line.number
    start = line.content.lowerBound
    isAtStart = boundary.isAtStart
  }

  /// Takes a line; headers (`Proc-Type: 4,ENCRYPTED`) end with an empty line.
  mutating func take(_ content: Range<Int>, _ text: Span<UInt8>) {
    if body == nil {
      var hasColon = false
      for index in content where text[index] == UInt8(ascii: ":") { hasColon = true }
      if hasColon || isInHeaders {
        isInHeaders = hasColon || !content.allSatisfy { PEMReader.isBlank(text[$0]) }
        if hasColon, Self.isProcType(content, text) { isEncrypted = true }
        return
      }
    }
    body = (body?.lowerBound ?? content.lowerBound)..<content.upperBound
  }

  private static func isProcType(_ content: Range<Int>, _ text: Span<UInt8>) -> Bool {
    let line = String(decoding: content.map { text[$0] }, as: UTF8.self)
    return line.hasPrefix("Proc-Type:") && line.contains("ENCRYPTED")
  }

  func closed(_ index: Int, end: Int, _ problem: String?) -> PEMReader.Block {
    let hidden = isAtStart ? nil : "something in front of '-----BEGIN' hides it from readers"
    return PEMReader.Block(
      label: label, index: index, line: line, range: start..<end, body: body ?? end..<end,
      isEncrypted: isEncrypted, problem: (problem ?? hidden).map { X509Error(.badPEM, $0) })
  }
}

/// Goes through lines that end with LF or CRLF.
struct LineCursor: ~Escapable {
  struct Line {
    /// From 1.
    let number: Int
    /// Without its line break.
    let content: Range<Int>
  }

  private let text: Span<UInt8>
  private var position = 0
  private var number = 0

  @_lifetime(copy text)
  init(_ text: Span<UInt8>) { self.text = text }

  @_lifetime(self: copy self)
  mutating func next() -> Line? {
    guard position < text.count else { return nil }
    let start = position
    while position < text.count, text[position] != 0x0a { position += 1 }
    var end = position
    if end > start, text[end - 1] == 0x0d { end -= 1 }
    position += 1
    number += 1
    return Line(number: number, content: start..<end)
  }
}
