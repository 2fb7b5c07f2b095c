internal import CryptoCore
internal import YAMLSource

/// Recognises tokens (docs/format.md, section 4) without decoding them.
package enum TokenScanner {
  private static let prefix = Array("SEALWAX1".utf8)
  /// The length of what every token begins with, and of the shortest one, in bytes.
  package static let prefixByteCount = 8

  /// Where the token that is a scalar's value stands; nil when the value is not one.
  static func token(
    of node: NodeID, content: Range<Int>, tree: SourceTree, source: Span<UInt8>
  ) -> Range<Int>? {
    tree.withValue(of: node) { value in
      guard isToken(value), value.count <= content.count else { return nil }
      // Plain, quoted, or a line of its own in a block scalar, which has little in front of it.
      for start in content.lowerBound...content.upperBound - value.count {
        guard source[start] == prefix[0] else { continue }
        let range = start..<start + value.count
        return source.extracting(range).isSame(as: value) ? range : nil
      }
      return nil
    }
  }

  /// Where the token that is all of a comment's text stands; nil when there is more or less.
  static func token(ofComment text: Range<Int>, source: Span<UInt8>) -> Range<Int>? {
    var (lower, upper) = (text.lowerBound, text.upperBound)
    while lower < upper, isBlank(source[lower]) { lower += 1 }
    while upper > lower, isBlank(source[upper - 1]) { upper -= 1 }
    return isToken(source.extracting(lower..<upper)) ? lower..<upper : nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Whether a text is a token: the prefix, and behind it characters of Base64 only.
  package static func isToken(_ text: Span<UInt8>) -> Bool {
    guard text.count >= prefixByteCount else { return false }
    for index in prefix.indices where text[index] != prefix[index] { return false }
    return Base64.isText(text)
  }
}
