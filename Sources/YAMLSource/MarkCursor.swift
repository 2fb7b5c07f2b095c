/// From libyaml's marks, which count Unicode scalars, to bytes.
///
/// Marks come nearly in order, so walking on from the last one visits every byte about once.
struct MarkCursor {
  private let base: Int
  private let isASCII: Bool
  private var scalars = 0
  private var offset: Int

  /// Makes a cursor at the beginning of a text, behind its byte order mark.
  init(_ survey: TextSurvey) {
    base = survey.base
    isASCII = survey.isASCII
    offset = survey.base
  }

  /// The byte offset of a mark; the end of the text for one behind it.
  mutating func offset(of mark: Int, in bytes: Span<UInt8>) -> Int {
    if isASCII { return min(base + mark, bytes.count) }
    while scalars < mark, offset < bytes.count {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0xc0 == 0x80 { offset += 1 }
      scalars += 1
    }
    while scalars > mark, offset > base {
      offset -= 1
      while offset > base, bytes[offset] & 0xc0 == 0x80 { offset -= 1 }
      scalars -= 1
    }
    return offset
  }
}
