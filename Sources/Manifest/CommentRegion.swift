internal import YAMLSource

/// Which comments lie inside an encrypted mapping (docs/format.md, section 2.1).
enum CommentRegion {
  static func comments(
    of mapping: EncryptedMapping, tree: SourceTree, source: Span<UInt8>
  ) -> [Range<Int>] {
    guard !tree.comments.isEmpty else { return [] }
    let key = tree[mapping.key].range
    let value = tree[mapping.value]
    let start = tree.colon(between: mapping.key, and: mapping.value, in: source) ?? key.upperBound
    if case .mapping(isFlow: true) = value.kind {
      return tree.comments.filter {
        $0.lowerBound > start && $0.lowerBound < value.contentRange.upperBound
      }
    }
    let lineEnd = SourceLines.end(of: value.contentRange.upperBound, in: source)
    let indentation = SourceLines.column(of: key.lowerBound, in: source)
    var result: [Range<Int>] = []
    var blockEnd = lineEnd
    for comment in tree.comments where comment.lowerBound > start {
      if comment.lowerBound < lineEnd {
        result.append(comment)
        continue
      }
      guard SourceLines.isBlank(blockEnd..<comment.lowerBound, in: source),
        SourceLines.column(of: comment.lowerBound, in: source) > indentation
      else { break }
      result.append(comment)
      blockEnd = comment.upperBound
    }
    return result
  }
}
