/// Finds comments: what libyaml passes over between the parts of nodes.
enum CommentScanner {
  /// Every comment of a text, in order. Records stand in the order in which nodes begin.
  static func comments(
    in bytes: Span<UInt8>, from base: Int, records: [NodeRecord]
  ) -> [Range<Int>] {
    var comments: [Range<Int>] = []
    var position = base
    for record in records {
      var parts: [(Int32, Int32)] = []
      if record.anchorStart >= 0 { parts.append((record.anchorStart, record.anchorEnd)) }
      if record.tagStart >= 0 { parts.append((record.tagStart, record.tagEnd)) }
      if parts.count == 2, parts[0].0 > parts[1].0 { parts.swapAt(0, 1) }
      switch record.kind {
      case .scalar(let style) where style != .absent:
        parts.append((record.contentStart, record.end))
      case .alias: parts.append((record.contentStart, record.end))
      default: break
      }
      for part in parts where Int(part.0) >= position {
        scan(bytes, position..<Int(part.0), &comments)
        position = max(position, Int(part.1))
      }
    }
    if position < bytes.count { scan(bytes, position..<bytes.count, &comments) }
    return comments
  }

  private static func scan(
    _ bytes: Span<UInt8>, _ gap: Range<Int>, _ comments: inout [Range<Int>]
  ) {
    var index = gap.lowerBound
    while index < gap.upperBound {
      switch bytes[index] {
      case UInt8(ascii: "#"):
        let end = min(LineBreaks.endOfLine(from: index, in: bytes), gap.upperBound)
        comments.append(index..<end)
        index = end
      case UInt8(ascii: "%")
      where index == 0 || LineBreaks.length(before: index, from: 0, in: bytes) > 0:
        // A directive may hold a `#`; one behind a blank begins a comment.
        index += 1
        while index < gap.upperBound, LineBreaks.length(at: index, in: bytes) == 0,
          !(bytes[index] == UInt8(ascii: "#")
            && (bytes[index - 1] == 0x20 || bytes[index - 1] == 0x09))
        {
          index += 1
        }
      default: index += 1
      }
    }
  }
}
