internal import CryptoCore

/// The small parts of INI's syntax.
enum INIText {
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  static func isCommentMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")
  }

  /// A range without white space, of Unicode too, at its ends.
  static func trimmed(_ range: Range<Int>, _ source: Span<UInt8>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end {
      if isBlank(source[start]) {
        start += 1
      } else if let width = (2...3).first(where: { isWide(start..<min(end, start + $0), source) }) {
        start += width
      } else {
        break
      }
    }
    while end > start {
      if isBlank(source[end - 1]) {
        end -= 1
      } else if let width = (2...3).first(where: { isWide(max(start, end - $0)..<end, source) }) {
        end -= width
      } else {
        break
      }
    }
    return start..<end
  }

  /// Whether a range is one character of white space beyond ASCII.
  private static func isWide(_ range: Range<Int>, _ source: Span<UInt8>) -> Bool {
    var character: UInt32 = 0
    for index in range { character = character << 8 | UInt32(source[index]) }
    return switch character {
    case 0xc285, 0xc2a0, 0xe19a80, 0xe28080...0xe2808a, 0xe280a8, 0xe280a9, 0xe280af, 0xe2819f,
      0xe38080:
      true
    default: false
    }
  }

  /// Without a pair of quotes around it, unless there are more of them inside.
  static func unquoted(_ range: Range<Int>, _ source: Span<UInt8>) -> Range<Int> {
    guard range.count >= 2 else { return range }
    let quote = source[range.lowerBound]
    guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      range.dropFirst().first(where: { source[$0] == quote }) == range.upperBound - 1
    else { return range }
    return (range.lowerBound + 1)..<(range.upperBound - 1)
  }

  /// Where a quote begins for the last time in a range.
  static func last(
    _ quote: StaticString, in range: Range<Int>, _ source: Span<UInt8>
  ) -> Int? {
    var index = range.upperBound - quote.utf8CodeUnitCount
    while index >= range.lowerBound {
      if source.extracting(index..<range.upperBound).starts(with: quote) { return index }
      index -= 1
    }
    return nil
  }

  /// A key's name, and where its value begins.
  static func keyName(
    _ line: Range<Int>, _ source: Span<UInt8>
  ) -> (name: Range<Int>, valueStart: Int)? {
    func delimiter(from start: Int) -> Int? {
      (start..<max(start, line.upperBound)).first {
        source[$0] == UInt8(ascii: "=") || source[$0] == UInt8(ascii: ":")
      }
    }
    let bytes = source.extracting(line)
    let quote: StaticString? =
      if bytes.count > 6, bytes.starts(with: "\"\"\"") {
        "\"\"\""
      } else if bytes
        .starts(with: "\"")
      { "\"" } else if bytes.starts(with: "`") { "`" } else { nil }
    guard let quote else {
      guard let sign = delimiter(from: line.lowerBound), sign > line.lowerBound else { return nil }
      return (trimmed(line.lowerBound..<sign, source), sign + 1)
    }
    let width = quote.utf8CodeUnitCount
    let start = line.lowerBound + width
    var close = start
    while close + width <= line.upperBound {
      if source.extracting(close..<line.upperBound).starts(with: quote) {
        guard let sign = delimiter(from: close + width) else { return nil }
        return (trimmed(start..<close, source), sign + 1)
      }
      close += 1
    }
    return nil
  }

  /// The text of comment lines without white space at the ends and without the first mark.
  static func comment(in bytes: Span<UInt8>) -> Range<Int>? {
    let range = trimmed(0..<bytes.count, bytes)
    guard !range.isEmpty else { return nil }
    let mark = bytes[range.lowerBound]
    guard isCommentMark(mark) else { return range }
    var start = range.lowerBound
    while start < range.upperBound, bytes[start] == mark || bytes[start] == 0x20 { start += 1 }
    return start..<range.upperBound
  }
}
