internal import YAMLSource

/// Recognises tokens (docs/format.md, section 4) without decoding them.
enum TokenScanner {
  private static let prefix = Array("SEALWAX1".utf8)

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
        return areEqual(source.extracting(range), value) ? range : nil
      }
      return nil
    }
  }

  private static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    for index in left.indices where left[index] != right[index] { return false }
    return true
  }

  /// Where the token that is all of a comment's text stands; nil when there is more or less.
  static func token(ofComment text: Range<Int>, source: Span<UInt8>) -> Range<Int>? {
    var (lower, upper) = (text.lowerBound, text.upperBound)
    while lower < upper, isBlank(source[lower]) { lower += 1 }
    while upper > lower, isBlank(source[upper - 1]) { upper -= 1 }
    return isToken(source.extracting(lower..<upper)) ? lower..<upper : nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isToken(_ text: Span<UInt8>) -> Bool {
    guard text.count >= prefix.count else { return false }
    for index in prefix.indices where text[index] != prefix[index] { return false }
    for index in prefix.count..<text.count {
      switch text[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
        UInt8(ascii: "="):
        continue
      default: return false
      }
    }
    return true
  }
}
