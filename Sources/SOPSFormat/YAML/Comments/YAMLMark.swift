internal import YAMLSource

/// A place in a text as YAML readers count: the byte, how many characters stand in front of it,
/// the line from 0, and how many characters stand in front of it on its line.
struct YAMLMark {
  var offset = 0
  var index = 0
  var line = 0
  var column = 0
}

/// Goes through a text character by character.
struct YAMLCursor {
  var mark = YAMLMark()
  /// How many line breaks there have been since the last character that is no blank.
  private(set) var breakCount = 0

  /// The byte at a distance; 0 at the end of the text.
  func byte(_ distance: Int = 0, in source: Span<UInt8>) -> UInt8 {
    let index = mark.offset + distance
    return index < source.count ? source[index] : 0
  }

  func isAtEnd(_ source: Span<UInt8>) -> Bool { mark.offset >= source.count }

  func isBlank(_ distance: Int = 0, in source: Span<UInt8>) -> Bool {
    let byte = byte(distance, in: source)
    return byte == 0x20 || byte == 0x09
  }

  func isBreak(_ distance: Int = 0, in source: Span<UInt8>) -> Bool {
    LineBreaks.length(at: mark.offset + distance, in: source) > 0
  }

  func isBreakOrEnd(_ distance: Int = 0, in source: Span<UInt8>) -> Bool {
    mark.offset + distance >= source.count || isBreak(distance, in: source)
  }

  func isBlankOrEnd(_ distance: Int = 0, in source: Span<UInt8>) -> Bool {
    isBlank(distance, in: source) || isBreakOrEnd(distance, in: source)
  }

  /// Goes over a character or line break.
  mutating func advance(_ source: Span<UInt8>) {
    guard mark.offset < source.count else { return }
    let byte = source[mark.offset]
    let isPlain = byte < 0x80 && byte != 0x0a && byte != 0x0d
    let length = isPlain ? 0 : LineBreaks.length(at: mark.offset, in: source)
    if length > 0 {
      mark.offset += length
      mark.index += byte == 0x0d ? length : 1
      mark.line += 1
      mark.column = 0
      breakCount += 1
      return
    }
    if byte != 0x20, byte != 0x09 { breakCount = 0 }
    mark.offset += 1
    mark.index += 1
    mark.column += 1
    guard !isPlain else { return }
    while mark.offset < source.count, source[mark.offset] & 0xc0 == 0x80 { mark.offset += 1 }
  }

  mutating func advance(to offset: Int, _ source: Span<UInt8>) {
    while mark.offset < min(offset, source.count) { advance(source) }
  }

  mutating func advanceToEndOfLine(_ source: Span<UInt8>) {
    while !isBreakOrEnd(in: source) { advance(source) }
  }

  /// Where the text ends, a line ends as well.
  mutating func endLine() {
    guard mark.column > 0 else { return }
    mark.column = 0
    mark.line += 1
  }
}
