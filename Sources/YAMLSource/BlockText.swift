internal import CryptoCore

/// The parts of a line of plain block YAML, for `BlockReader`: nil for what is not as plain.
enum BlockText {
  enum Marker { case start, end }

  /// What becomes of the line breaks at the end of a literal scalar.
  enum Chomping { case strip, clip, keep }

  /// Where a run of spaces ends.
  static func skipSpaces(from start: Int, in bytes: Span<UInt8>) -> Int {
    skipSpaces(from: start, upTo: bytes.count, in: bytes)
  }

  static func skipSpaces(from start: Int, upTo limit: Int, in bytes: Span<UInt8>) -> Int {
    var index = start
    while index < limit, bytes[index] == 0x20 { index += 1 }
    return index
  }

  /// Where a line ends that holds printable ASCII alone.
  static func endOfLine(from start: Int, in bytes: Span<UInt8>) -> Int? {
    let end = bytes.firstIndex(of: 0x0a, from: start) ?? bytes.count
    return bytes.extracting(start..<end).isPrintableASCII ? end : nil
  }

  /// Whether a line is the beginning or the end of a document.
  static func marker(at start: Int, in bytes: Span<UInt8>) -> Marker? {
    guard start + 3 <= bytes.count, isBlank(at: start + 3, in: bytes) else { return nil }
    let first = bytes[start]
    guard bytes[start + 1] == first, bytes[start + 2] == first else { return nil }
    switch first {
    case UInt8(ascii: "-"): return .start
    case UInt8(ascii: "."): return .end
    default: return nil
    }
  }

  /// Whether a line is an element of a sequence.
  static func isEntry(at start: Int, in bytes: Span<UInt8>) -> Bool {
    bytes[start] == UInt8(ascii: "-") && isBlank(at: start + 1, in: bytes)
  }

  /// Where the `:` behind a plain key stands.
  static func endOfKey(at start: Int, limit: Int, in bytes: Span<UInt8>) -> Int? {
    guard start < bytes.count, bytes[start] != UInt8(ascii: "-") else { return nil }
    var index = start
    let end = min(bytes.count, start + limit)
    while index < end, isOfKey(bytes[index]) { index += 1 }
    guard index > start, index < end, bytes[index] == UInt8(ascii: ":"),
      isBlank(at: index + 1, in: bytes)
    else { return nil }
    return index
  }

  /// Where a scalar in quotes ends that has no escape and stands on one line.
  static func endOfQuoted(at start: Int, in bytes: Span<UInt8>) -> Int? {
    let quote = bytes[start]
    var index = start + 1
    while index < bytes.count, bytes[index] != quote {
      guard isPrintable(bytes[index]), bytes[index] != UInt8(ascii: "\\") || quote == 0x27 else {
        return nil
      }
      index += 1
    }
    guard index < bytes.count, quote != 0x27 || index + 1 == bytes.count || bytes[index + 1] != 0x27
    else { return nil }
    return index + 1
  }

  /// Where a plain scalar ends, without the spaces behind it.
  static func endOfPlain(at start: Int, in bytes: Span<UInt8>) -> Int? {
    guard isPlainStart(at: start, in: bytes), var end = endOfLine(from: start, in: bytes) else {
      return nil
    }
    let line = bytes.extracting(..<end)
    var index = start
    while let mark = line.firstIndex(of: UInt8(ascii: "#"), from: index) {
      if bytes[mark - 1] == 0x20 {
        end = mark
        break
      }
      index = mark + 1
    }
    index = start
    while let colon = line.firstIndex(of: UInt8(ascii: ":"), from: index), colon < end {
      if isBlank(at: colon + 1, in: bytes) { return nil }
      index = colon + 1
    }
    while bytes[end - 1] == 0x20 { end -= 1 }
    return end
  }

  /// The end of the line that begins a literal scalar, with its break.
  static func endOfHeader(
    at start: Int, in bytes: Span<UInt8>
  ) -> (end: Int, chomping: Chomping)? {
    var index = start + 1
    var chomping = Chomping.clip
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      chomping = bytes[index] == UInt8(ascii: "-") ? .strip : .keep
      index += 1
    }
    index = skipSpaces(from: index, in: bytes)
    guard index < bytes.count, bytes[index] == 0x0a else { return nil }
    return (index + 1, chomping)
  }

  private static func isBlank(at index: Int, in bytes: Span<UInt8>) -> Bool {
    index >= bytes.count || bytes[index] == 0x20 || bytes[index] == 0x0a
  }

  private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7f }

  private static func isOfKey(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "-")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// No indicator of YAML begins it; a `-` does when no space follows.
  private static func isPlainStart(at start: Int, in bytes: Span<UInt8>) -> Bool {
    switch bytes[start] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: ".")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"),
      UInt8(ascii: "+"), UInt8(ascii: "("), UInt8(ascii: "/"), UInt8(ascii: "="),
      UInt8(ascii: "~"), UInt8(ascii: "<"), UInt8(ascii: "^"):
      true
    case UInt8(ascii: "-"): !isBlank(at: start + 1, in: bytes)
    default: false
    }
  }
}
