/// Lines of a text, by bytes.
enum SourceLines {
  /// Where the line of an offset begins.
  static func start(of offset: Int, in source: Span<UInt8>) -> Int {
    var index = min(offset, source.count)
    while index > 0, source[index - 1] != 0x0a, source[index - 1] != 0x0d { index -= 1 }
    if index == 0, source.count >= 3, source[0] == 0xef, source[1] == 0xbb, source[2] == 0xbf {
      return min(3, offset)
    }
    return index
  }

  /// Where the line of an offset ends: at its line break, or at the end of the text.
  static func end(of offset: Int, in source: Span<UInt8>) -> Int {
    var index = offset
    while index < source.count, source[index] != 0x0a, source[index] != 0x0d { index += 1 }
    return min(index, source.count)
  }

  /// Where the line behind the line break at an offset begins; the offset itself without one.
  static func next(after end: Int, in source: Span<UInt8>) -> Int {
    guard end < source.count else { return end }
    if source[end] == 0x0d, end + 1 < source.count, source[end + 1] == 0x0a { return end + 2 }
    return source[end] == 0x0a || source[end] == 0x0d ? end + 1 : end
  }

  /// How many bytes stand in front of an offset in its line.
  static func column(of offset: Int, in source: Span<UInt8>) -> Int {
    offset - start(of: offset, in: source)
  }

  /// Whether a range is spaces, tabs and line breaks only.
  static func isBlank(_ range: Range<Int>, in source: Span<UInt8>) -> Bool {
    for index in range {
      switch source[index] {
      case 0x20, 0x09, 0x0a, 0x0d: continue
      default: return false
      }
    }
    return true
  }

  /// The line break of the text: the first one's kind, else LF.
  static func lineBreak(of source: Span<UInt8>) -> String {
    let end = end(of: 0, in: source)
    guard end < source.count else { return "\n" }
    if source[end] == 0x0a { return "\n" }
    return end + 1 < source.count && source[end + 1] == 0x0a ? "\r\n" : "\r"
  }
}
