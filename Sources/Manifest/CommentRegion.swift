internal import YAMLSource

/// Which comments lie inside an encrypted mapping (docs/format.md, section 2.1).
enum CommentRegion {
  static func comments(
    of mapping: EncryptedMapping, tree: SourceTree, source: Span<UInt8>
  ) -> ArraySlice<Range<Int>> {
    let key = tree[mapping.key].range
    let value = tree[mapping.value].contentRange
    guard !tree.comments.isEmpty,
      let colon = tree.colon(between: mapping.key, and: mapping.value, in: source)
        ?? (tree.isNull(mapping.value) ? key.upperBound : nil)
    else { return [] }
    let first = index(of: colon, in: tree.comments)
    if tree.isFlowMapping(mapping.value) || mapping.isInFlow {
      return tree.comments[first..<max(first, index(of: value.upperBound, in: tree.comments))]
    }
    let lineEnd = SourceLines.end(of: value.upperBound, in: source)
    let indentation = tree.position(of: key.lowerBound, in: source).column - 1
    var last = first
    var blockEnd = lineEnd
    while last < tree.comments.count {
      let comment = tree.comments[last]
      if comment.lowerBound >= lineEnd {
        guard let blanks = SourceLines.indentation(of: comment.lowerBound, in: source),
          blanks.count > indentation,
          SourceLines.isBlank(blockEnd..<comment.lowerBound, in: source)
        else { break }
        blockEnd = comment.upperBound
      }
      last += 1
    }
    return tree.comments[first..<last]
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
