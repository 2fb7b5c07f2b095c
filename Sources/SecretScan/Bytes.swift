internal import YAMLSource

/// Small questions about bytes.
extension Span where Element == UInt8 {
  /// Whether a text stands at an offset.
  func has(_ text: StaticString, at start: Int) -> Bool {
    guard start >= 0, text.utf8CodeUnitCount <= self.count - start else { return false }
    var index = start
    for byte in text.description.utf8 {
      if self[index] != byte { return false }
      index += 1
    }
    return true
  }

  /// Where the line that an offset is in begins.
  func lineStart(of offset: Int) -> Int {
    var start = Swift.min(offset, count)
    while start > 0, self[start - 1] != 0x0a, self[start - 1] != 0x0d { start -= 1 }
    return start
  }

  /// Where the line that an offset is in ends, in front of its line break.
  func lineEnd(of offset: Int) -> Int {
    var end = offset
    while end < count, self[end] != 0x0a, self[end] != 0x0d { end += 1 }
    return end
  }

  /// A range without the blanks at its ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, self[lower].isBlank { lower += 1 }
    while upper > lower, self[upper - 1].isBlank { upper -= 1 }
    return lower..<upper
  }
}

/// Counts lines and columns as it goes through a text.
struct PositionCursor {
  private var next = 0
  private var line = 1
  private var column = 1

  /// The position of an offset; going back costs as much as to begin anew.
  mutating func position(of offset: Int, in bytes: Span<UInt8>) -> SourcePosition {
    if offset < next { self = PositionCursor() }
    let end = Swift.min(offset, bytes.count)
    // A byte order mark has no column.
    if next == 0, end >= 3, bytes.has("\u{feff}", at: 0) { next = 3 }
    while next < end {
      let byte = bytes[next]
      next += 1
      // CR LF is one.
      let isPair = byte == 0x0d && next < bytes.count && bytes[next] == 0x0a
      if byte.isLineBreak, !isPair {
        line += 1
        column = 1
      } else if byte & 0xc0 != 0x80 {
        column += 1
      }
    }
    return SourcePosition(offset: offset, line: line, column: column)
  }
}

extension UInt8 {
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isLineBreak: Bool { self == 0x0a || self == 0x0d }
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isLetter: Bool { (0x61...0x7a).contains(self | 0x20) }

  /// Of Base64's alphabet; padding is not.
  var isBase64: Bool {
    isLetter || isDigit || self == UInt8(ascii: "+") || self == UInt8(ascii: "/")
  }

  /// Of a word that an anchor must not be a part of.
  var isWord: Bool { isLetter || isDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }
}

/// How many different bytes there are: what is typed to fill a place has few.
struct ByteVariety {
  private var seen = [Bool](repeating: false, count: 256)
  private(set) var count = 0

  mutating func add(_ byte: UInt8) {
    guard !seen[Int(byte)] else { return }
    seen[Int(byte)] = true
    count += 1
  }
}

/// A name from a file in a message: printable ASCII and not long.
enum ShownName {
  private static let maximumCount = 60

  static func text(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(maximumCount).map { scalar in
      (0x20...0x7e).contains(scalar.value)
        ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }.joined()
    return text.unicodeScalars.count > maximumCount ? shown + "..." : shown
  }
}
