internal import CryptoCore

/// Walks over the lines of a file of keys that hold one.
struct KeyFileLines {
  private var offset = 0
  private var number = 0

  /// Starts at the beginning, behind a byte order mark.
  init(_ text: Span<UInt8>) {
    if text.starts(with: "\u{FEFF}") { offset = 3 }
  }

  /// The next line that is neither empty nor a comment, without white space around it, and its
  /// number.
  mutating func next(in text: Span<UInt8>) -> (range: Range<Int>, number: Int)? {
    while offset < text.count {
      var start = offset
      var end = start
      while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
      offset = end + 1
      number += 1
      while start < end, Self.isBlank(text[start]) { start += 1 }
      while start < end, Self.isBlank(text[end - 1]) { end -= 1 }
      if start < end, text[start] != UInt8(ascii: "#") { return (start..<end, number) }
    }
    return nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}
