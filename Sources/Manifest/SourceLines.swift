internal import YAMLSource

/// Lines of a text, by bytes.
///
/// Line breaks are those of YAML 1.1: LF, CR, CRLF, NEL, LS and PS.
enum SourceLines {
  /// The length of the line break at an offset, 0 when there is none.
  static func breakLength(at offset: Int, in source: Span<UInt8>) -> Int {
    LineBreaks.length(at: offset, in: source)
  }

  /// Whether there is a line break at an offset that a block scalar reads as a line feed; LS and PS
  /// stay what they are.
  static func isLineFeed(at offset: Int, in source: Span<UInt8>) -> Bool {
    (1...2).contains(breakLength(at: offset, in: source))
  }

  /// The length of the line break that ends at an offset, 0 when there is none.
  static func breakLength(endingAt offset: Int, in source: Span<UInt8>) -> Int {
    LineBreaks.length(before: offset, from: 0, in: source)
  }

  /// Where the line of an offset ends: at its line break, or at the end of the text.
  static func end(of offset: Int, in source: Span<UInt8>) -> Int {
    min(LineBreaks.endOfLine(from: offset, in: source), source.count)
  }

  /// Where the line behind the line break at an offset begins; the offset itself without one.
  static func next(after end: Int, in source: Span<UInt8>) -> Int {
    end + breakLength(at: end, in: source)
  }

  /// The blanks that stand in front of an offset; nil when something else stands in its line.
  static func indentation(of offset: Int, in source: Span<UInt8>) -> Range<Int>? {
    var index = min(offset, source.count)
    while index > 0, isBlank(source[index - 1]) { index -= 1 }
    return isLineStart(index, in: source) ? index..<offset : nil
  }

  private static func isLineStart(_ offset: Int, in source: Span<UInt8>) -> Bool {
    if offset == 0 || breakLength(endingAt: offset, in: source) > 0 { return true }
    return offset == 3 && source[0] == 0xef && source[1] == 0xbb && source[2] == 0xbf
  }

  /// Where the last thing in front of an offset that is no blank or line break ends, not before
  /// `start`.
  static func trimmedEnd(_ range: Range<Int>, in source: Span<UInt8>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound {
      if isBlank(source[end - 1]) {
        end -= 1
      } else {
        let length = breakLength(endingAt: end, in: source)
        guard length > 0 else { break }
        end = max(range.lowerBound, end - length)
      }
    }
    return end
  }

  /// Whether a byte is a space or a tab.
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Whether a range is spaces, tabs and line breaks only.
  static func isBlank(_ range: Range<Int>, in source: Span<UInt8>) -> Bool {
    range.isEmpty || trimmedEnd(range, in: source) == range.lowerBound
  }

  /// A range of ASCII as text; nil when it holds anything else.
  static func text(_ range: Range<Int>, in source: Span<UInt8>) -> String? {
    var text = ""
    for index in range {
      guard source[index] < 0x80 else { return nil }
      text.unicodeScalars.append(Unicode.Scalar(source[index]))
    }
    return text
  }
}
