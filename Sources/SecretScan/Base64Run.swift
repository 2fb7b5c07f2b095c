internal import CryptoCore

/// A stretch of Base64 in a text, in one line or wrapped.
struct Base64Run {
  /// Where it stands, line breaks and indentation included.
  let range: Range<Int>

  /// Lines of at least this many characters may go on in the next.
  private static let minimumLine = 56
  /// More than that is not decoded.
  private static let maximumCount = 8 << 20

  init(_ bytes: Span<UInt8>, around offset: Int) {
    var (start, end) = (offset, offset)
    while start > 0, bytes[start - 1].isBase64, offset - start < Self.maximumCount { start -= 1 }
    while end < bytes.count, bytes[end].isBase64, end - offset < Self.maximumCount { end += 1 }
    while let line = Self.line(bytes, endingBefore: start),
      offset - line.lowerBound < Self.maximumCount
    {
      start = line.lowerBound
    }
    var count = end - start
    while count >= Self.minimumLine, let line = Self.line(bytes, beginningBehind: end),
      line.upperBound - offset < Self.maximumCount
    {
      (end, count) = (line.upperBound, line.count)
    }
    range = start..<end
  }

  /// The whole line of Base64 in front of one that begins at an offset.
  private static func line(_ bytes: Span<UInt8>, endingBefore start: Int) -> Range<Int>? {
    var end = start
    while end > 0, bytes[end - 1].isBlank { end -= 1 }
    guard end > 0, bytes[end - 1].isLineBreak else { return nil }
    end -= 1
    if end > 0, bytes[end - 1] == 0x0d { end -= 1 }
    var lower = end
    while lower > 0, bytes[lower - 1].isBase64 { lower -= 1 }
    guard end - lower >= minimumLine else { return nil }
    var before = lower
    while before > 0, bytes[before - 1].isBlank { before -= 1 }
    return before == 0 || bytes[before - 1].isLineBreak ? lower..<end : nil
  }

  /// The whole line of Base64 behind one that ends at an offset.
  private static func line(_ bytes: Span<UInt8>, beginningBehind end: Int) -> Range<Int>? {
    var lower = end
    guard lower < bytes.count, bytes[lower].isLineBreak else { return nil }
    lower += lower + 1 < bytes.count && bytes[lower] == 0x0d && bytes[lower + 1] == 0x0a ? 2 : 1
    while lower < bytes.count, bytes[lower].isBlank { lower += 1 }
    var upper = lower
    while upper < bytes.count, bytes[upper].isBase64 { upper += 1 }
    var after = upper
    while after < bytes.count, bytes[after] == UInt8(ascii: "=") { after += 1 }
    guard upper > lower, after == bytes.count || bytes[after].isLineBreak else { return nil }
    return lower..<upper
  }

  /// The bytes that it stands for, as far as it is whole groups.
  ///
  /// - Parameters:
  ///   - anchor: An offset in it.
  ///   - alignment: Which of the four characters of a group stands there.
  func decoded(_ bytes: Span<UInt8>, anchor: Int, alignment: Int) -> WipedBuffer {
    var symbols = WipedBuffer(capacity: range.count + 4)
    var anchorIndex = 0
    for index in range {
      if index == anchor { anchorIndex = symbols.count }
      if bytes[index].isBase64 { symbols.append(bytes[index]) }
    }
    // Something else may stand in front without a break: the path of a URL, for instance.
    let start = (anchorIndex - alignment) % 4
    let first = start < 0 ? start + 4 : start
    var output = WipedBuffer(capacity: symbols.count)
    guard first < symbols.count else { return output }
    let count = (symbols.count - first) / 4 * 4
    try? Base64.decode(symbols.bytes.extracting(first..<first + count), appendingTo: &output)
    // The rest without its padding; bits beyond the last byte may be set.
    try? Base64.decode(
      symbols.bytes.extracting((first + count)...), padding: false, appendingTo: &output)
    return output
  }
}
