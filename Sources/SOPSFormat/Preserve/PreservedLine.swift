/// The line that a value of YAML stands in.
struct PreservedLine {
  /// From where the value's key, or the mark of its item, is indented.
  let column: Int
  /// Whether nothing follows the value on its line, and there is a next one.
  let endsBehindValue: Bool

  init(of range: Range<Int>, in source: Span<UInt8>, isItem: Bool) {
    let start = Self.lineStart(range.lowerBound, source)
    var index = start
    var dash: Int?
    while index < range.lowerBound {
      if source[index] == 0x20 {
        index += 1
      } else if source[index] == UInt8(ascii: "-"), index + 1 < source.count,
        source[index + 1] == 0x20
      {
        dash = index
        index += 1
      } else {
        break
      }
    }
    column = (isItem ? dash ?? index : index) - start
    endsBehindValue = Self.ends(behind: range, in: source)
  }

  /// Whether nothing follows a value on its line, and there is a next one.
  static func ends(behind range: Range<Int>, in source: Span<UInt8>) -> Bool {
    var end = range.upperBound
    while end < source.count, source[end] == 0x20 { end += 1 }
    return end < source.count && source[end] == 0x0a
  }

  private static func lineStart(_ offset: Int, _ source: Span<UInt8>) -> Int {
    var start = offset
    while start > 0, source[start - 1] != 0x0a { start -= 1 }
    return start
  }

  /// The least indentation of a text, between 2 and 8; 4 when there is none.
  static func step(of source: Span<UInt8>) -> Int {
    var least = 0
    var index = 0
    while index < source.count {
      var width = 0
      while index < source.count, source[index] == 0x20 {
        width += 1
        index += 1
      }
      if (2...8).contains(width), least == 0 || width < least { least = width }
      while index < source.count, source[index] != 0x0a { index += 1 }
      index += 1
    }
    return least == 0 ? 4 : least
  }

  /// A range with all of its lines, their last line break included.
  static func wholeLines(_ range: Range<Int>, _ source: Span<UInt8>) -> Range<Int> {
    var end = range.upperBound
    while end < source.count, source[end] != 0x0a { end += 1 }
    return lineStart(range.lowerBound, source)..<min(end + 1, source.count)
  }

  /// A member of an object with the comma in front of it or behind it.
  static func withComma(_ range: Range<Int>, _ source: Span<UInt8>) -> Range<Int> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
    var start = range.lowerBound
    while start > 0, isBlank(source[start - 1]) { start -= 1 }
    if start > 0, source[start - 1] == UInt8(ascii: ",") {
      return (start - 1)..<range.upperBound
    }
    var end = range.upperBound
    while end < source.count, isBlank(source[end]) { end += 1 }
    let hasComma = end < source.count && source[end] == UInt8(ascii: ",")
    return range.lowerBound..<(hasComma ? end + 1 : range.upperBound)
  }

  /// A section with all its lines, from its title to the next one or the comment above that, and the
  /// empty line above.
  static func wholeSection(_ title: Range<Int>, _ source: Span<UInt8>) -> Range<Int> {
    var start = lineStart(title.lowerBound, source)
    var end = title.upperBound
    while end < source.count {
      if source[end] == 0x0a, end + 1 < source.count, source[end + 1] == UInt8(ascii: "[") {
        end += 1
        break
      }
      end += 1
    }
    if end < source.count {
      end = commentStart(above: end, downTo: title.upperBound, source)
    } else {
      while start > 0, let above = emptyLine(above: start, source) { start = above }
    }
    return start..<end
  }

  /// Where the comment lines above the line of a title begin; the line itself without any.
  private static func commentStart(
    above title: Int, downTo end: Int, _ source: Span<UInt8>
  ) -> Int {
    var (start, line) = (title, title)
    while line > end {
      let previous = lineStart(line - 1, source)
      var first = previous
      while source[first] == 0x20 || (0x09...0x0d).contains(source[first]), first < line - 1 {
        first += 1
      }
      switch source[first] {
      case UInt8(ascii: "#"), UInt8(ascii: ";"): start = previous
      case 0x0a, 0x0d: break
      default: return start
      }
      line = previous
    }
    return start
  }

  /// Where the line above an offset begins, when there is nothing in it.
  private static func emptyLine(above offset: Int, _ source: Span<UInt8>) -> Int? {
    var index = offset - 1
    guard index >= 0, source[index] == 0x0a else { return nil }
    if index > 0, source[index - 1] == 0x0d { index -= 1 }
    return index > 0 && source[index - 1] == 0x0a ? index : nil
  }
}
