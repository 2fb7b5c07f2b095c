internal import CryptoCore
internal import YAMLSource

/// A configuration's bytes as the API server takes them: which syntax, and in UTF-8.
///
/// Follows k8s.io/apimachinery's recognizer (JSON when the first character that is no space is `{`,
/// else YAML) and sigs.k8s.io/yaml, which reads UTF-8 and UTF-16.
struct ConfigurationText: ~Copyable {
  /// The text in UTF-8.
  let utf8: WipedBuffer
  let syntax: SourceSyntax
  /// The line where a second document begins; nil without one.
  let furtherLine: Int?

  init(_ bytes: Span<UInt8>) throws(SyntaxProblem) {
    if Self.beginsLikeJSON(bytes) {
      syntax = .json
      furtherLine = nil
      utf8 = WipedBuffer(copying: bytes)
      return
    }
    syntax = .yaml
    let text = try Self.decoded(bytes)
    let (end, hasForeignVersion) = Self.firstDocument(text.bytes)
    guard !hasForeignVersion else {
      throw SyntaxProblem("a '%YAML' directive other than 1.1", offset: 0)
    }
    furtherLine = Self.furtherLine(text.bytes, from: end)
    utf8 = WipedBuffer(copying: text.bytes)
  }

  /// Gives the text to the caller.
  consuming func takeUTF8() -> WipedBuffer { utf8 }

  /// What is wrong with the encoding.
  struct SyntaxProblem: Error {
    let message: String
    let offset: Int

    init(_ message: String, offset: Int) {
      (self.message, self.offset) = (message, offset)
    }
  }

  private static func beginsLikeJSON(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices {
      switch bytes[index] {
      case 0x09...0x0d, 0x20: continue
      case UInt8(ascii: "{"): return true
      default: return false
      }
    }
    return false
  }

  // MARK: Encoding

  private static func decoded(_ bytes: Span<UInt8>) throws(SyntaxProblem) -> WipedBuffer {
    guard bytes.count >= 2 else { return WipedBuffer(copying: bytes) }
    switch (bytes[0], bytes[1]) {
    case (0xff, 0xfe): return try utf16(bytes, high: 1)
    case (0xfe, 0xff): return try utf16(bytes, high: 0)
    default: return WipedBuffer(copying: bytes)
    }
  }

  /// - Parameter high: Where the high byte of a unit is.
  private static func utf16(
    _ bytes: Span<UInt8>, high: Int
  ) throws(SyntaxProblem) -> WipedBuffer {
    guard bytes.count.isMultiple(of: 2) else {
      throw SyntaxProblem("UTF-16 that ends in the middle of a character", offset: bytes.count)
    }
    var text = WipedBuffer(capacity: bytes.count * 3 / 2)
    var first: UInt32?
    for index in stride(from: 2, to: bytes.count, by: 2) {
      let unit = UInt32(bytes[index + high]) << 8 | UInt32(bytes[index + 1 - high])
      var value = unit
      switch (unit, first) {
      case (0xd800...0xdbff, nil):
        first = unit
        continue
      case (0xdc00...0xdfff, let lead?): value = 0x10000 + (lead - 0xd800) << 10 + (unit - 0xdc00)
      case (0xdc00...0xdfff, nil), (_, _?):
        throw SyntaxProblem("half a character of UTF-16", offset: index)
      default: break
      }
      first = nil
      guard let scalar = Unicode.Scalar(value) else {
        throw SyntaxProblem("half a character of UTF-16", offset: index)
      }
      for byte in UTF8.encode(scalar) ?? .init() { text.append(byte) }
    }
    guard first == nil else {
      throw SyntaxProblem("half a character of UTF-16", offset: bytes.count)
    }
    return text
  }

  // MARK: Documents

  /// Where the first document ends, and whether a directive asks for another YAML than 1.1.
  private static func firstDocument(_ bytes: Span<UInt8>) -> (end: Int, hasForeignVersion: Bool) {
    var start = bytes.count >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf ? 3 : 0
    var hasBegun = false
    var isForeign = false
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0a, bytes[end] != 0x0d { end += 1 }
      let line = bytes.extracting(start..<end)
      let isMarker = begins(line, "---") || begins(line, "...")
      if hasBegun, isMarker { return (start, isForeign) }
      if isMarker || !isBlankOrComment(line) {
        let isDirective = !line.isEmpty && line[0] == UInt8(ascii: "%")
        if !isDirective { hasBegun = !begins(line, "...") || hasBegun }
        if isDirective, isForeignVersion(line) { isForeign = true }
      }
      start = end + 1
    }
    return (bytes.count, isForeign)
  }

  /// The line of a second document that is not empty.
  private static func furtherLine(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    var line = 1
    var isBlank = true
    for index in bytes.indices {
      if index >= start + 3, bytes[index] > 0x20 { isBlank = false }
      if index < start, bytes[index] == 0x0a { line += 1 }
    }
    return isBlank ? nil : line
  }

  private static func begins(_ line: Span<UInt8>, _ marker: StaticString) -> Bool {
    guard line.count >= 3 else { return false }
    let expected = Array(marker.description.utf8)
    for index in 0..<3 where line[index] != expected[index] { return false }
    return line.count == 3 || line[3] == 0x20 || line[3] == 0x09
  }

  private static func isBlankOrComment(_ line: Span<UInt8>) -> Bool {
    for index in line.indices {
      switch line[index] {
      case 0x20, 0x09: continue
      case UInt8(ascii: "#"): return true
      default: return false
      }
    }
    return true
  }

  private static func isForeignVersion(_ line: Span<UInt8>) -> Bool {
    let words = String(decoding: line.indices.map { line[$0] }, as: UTF8.self)
      .split { $0 == " " || $0 == "\t" }
    return words.first == "%YAML" && words.dropFirst().first != "1.1"
  }
}
