/// What stands behind a place where a block scalar is to end, and could be taken for a part of it.
struct FollowingLines {
  /// The least indentation at which a block scalar does not swallow a comment or blanks.
  private(set) var indentation = 0
  /// Whether there is a tab, which no block scalar may have in front of it.
  private(set) var hasTab = false
  /// Whether a blank line follows, which a scalar that keeps its line breaks would take in.
  private(set) var beginsBlank = false

  /// Looks at the lines from `start`, the beginning of a line, to the first one that is not blank.
  init(from start: Int, in source: Span<UInt8>) {
    var index = start
    while index < source.count {
      var end = index
      while end < source.count, SourceLines.isBlank(source[end]) {
        if source[end] == 0x09 { hasTab = true }
        end += 1
      }
      if end < source.count, SourceLines.breakLength(at: end, in: source) == 0 {
        if source[end] == UInt8(ascii: "#") { indentation = max(indentation, end - index + 1) }
        return
      }
      if index == start { beginsBlank = true }
      indentation = max(indentation, end - index)
      guard end < source.count else { return }
      index = SourceLines.next(after: end, in: source)
    }
  }
}

extension FollowingLines {
  /// Whether a block scalar whose text is indented this far, and does not keep line breaks, can
  /// stand in front.
  func leaveAlone(_ textIndentation: Int) -> Bool {
    !hasTab && indentation <= textIndentation
  }
}
