/// The lines of a value, as they may come up in a log.
enum ValueLines {
  /// In bytes; shorter lines of a value of several lines are not masked: `}` or `- a` would blot out
  /// every log and tell nothing.
  static let minimumByteCount = 4

  /// Each line without the blanks around it; none that is blank.
  ///
  /// A value of one line is one however short it is.
  static func ranges(of value: Span<UInt8>) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    for index in 0...value.count {
      guard index == value.count || value[index] == 0x0a || value[index] == 0x0d else { continue }
      let line = trimmed(start..<index, of: value)
      if !line.isEmpty { lines.append(line) }
      start = index + 1
    }
    return lines.count == 1 ? lines : lines.filter { $0.count >= minimumByteCount }
  }

  private static func trimmed(_ range: Range<Int>, of value: Span<UInt8>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isBlank(value[start]) { start += 1 }
    while end > start, isBlank(value[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
