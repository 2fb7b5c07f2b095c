internal import CryptoCore

/// The one line of a key file that is neither empty nor a comment.
enum SecretLine {
  /// Its range, without blanks and line break.
  ///
  /// - Throws: `.malformedKey` when there is none or more than one.
  static func only(in text: Span<UInt8>) throws(EnvelopeError) -> Range<Int> {
    var found: Range<Int>?
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0a { end += 1 }
      let line = trimmed(start..<end, of: text)
      if !line.isEmpty, text[line.lowerBound] != UInt8(ascii: "#") {
        guard found == nil else {
          throw EnvelopeError(.malformedKey, "the key file has more than one key")
        }
        found = line
      }
      start = end + 1
    }
    guard let found else { throw EnvelopeError(.malformedKey, "the key file has no key") }
    return found
  }

  private static func trimmed(_ range: Range<Int>, of text: Span<UInt8>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
    while lower < upper, isBlank(text[lower]) { lower += 1 }
    while upper > lower, isBlank(text[upper - 1]) { upper -= 1 }
    return lower..<upper
  }
}
