internal import YAMLSource

/// Which comments lie inside an encrypted mapping (docs/format.md, section 2.1).
enum CommentRegion {
  static func comments(
    of mapping: EncryptedMapping, tree: SourceTree, source: Span<UInt8>
  ) -> [Range<Int>] {
    let key = tree[mapping.key].range
    let value = tree[mapping.value].contentRange
    guard !tree.comments.isEmpty,
      let colon = tree.colon(between: mapping.key, and: mapping.value, in: source)
        ?? (tree.isNull(mapping.value) ? key.upperBound : nil)
    else { return [] }
    let first = index(of: colon, in: tree.comments)
    if mapping.isInFlow {
      let last = max(first, index(of: value.upperBound, in: tree.comments))
      return Array(tree.comments[first..<last])
    }
    let lineEnd = SourceLines.end(of: value.upperBound, in: source)
    var result: [Range<Int>] = []
    var blockEnd = lineEnd
    for comment in tree.comments[first...] {
      if comment.lowerBound >= lineEnd {
        guard let blanks = SourceLines.indentation(of: comment.lowerBound, in: source),
          SourceLines.isBlank(blockEnd..<comment.lowerBound, in: source)
        else { break }
        blockEnd = comment.upperBound
        guard blanks.count > mapping.unitIndentation else { continue }
      }
      result.append(comment)
    }
    return result
  }

  /// The index of the first comment behind an offset.
  private static func index(of offset: Int, in comments: [Range<Int>]) -> Int {
    var (lower, upper) = (0, comments.count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if comments[middle].lowerBound < offset { lower = middle + 1 } else { upper = middle }
    }
    return lower
  }
}
