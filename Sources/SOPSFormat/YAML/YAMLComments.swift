internal import YAMLSource

/// The comments of a YAML text and what decides where they belong.
struct YAMLComments {
  struct Comment {
    let range: Range<Int>
    /// From 0.
    let column: Int
    /// Whether something stands in front of it on its line.
    let isInline: Bool
    /// Whether it is of a block directly below something else and above an empty line or the end.
    var isFoot = false
  }

  private var comments: [Comment] = []

  init(_ tree: SourceTree, _ source: Span<UInt8>) {
    guard !tree.comments.isEmpty else { return }
    comments.reserveCapacity(tree.comments.count)
    for range in tree.comments {
      var start = range.lowerBound
      var isInline = false
      while start > 0, !Self.isBreak(source[start - 1]) {
        start -= 1
        if source[start] != 0x20, source[start] != 0x09, source[start] < 0x80 { isInline = true }
      }
      comments.append(
        Comment(range: range, column: range.lowerBound - start, isInline: isInline))
    }
    markFeet(source)
  }

  private mutating func markFeet(_ source: Span<UInt8>) {
    var index = 0
    while index < comments.count {
      guard !comments[index].isInline else {
        index += 1
        continue
      }
      var end = index + 1
      while end < comments.count, !comments[end].isInline,
        Self.breaks(in: comments[end - 1].range.upperBound..<comments[end].range.lowerBound, source)
          == 1
      { end += 1 }
      let isBelowSomething = Self.isBelowText(comments[index].range.lowerBound, source)
      let isAboveNothing = Self.isAboveEmptyLine(comments[end - 1].range.upperBound, source)
      if isBelowSomething, isAboveNothing {
        for place in index..<end { comments[place].isFoot = true }
      }
      index = end
    }
  }

  private static func isBreak(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }

  private static func breaks(in range: Range<Int>, _ source: Span<UInt8>) -> Int {
    var count = 0
    for index in range where source[index] == 0x0a { count += 1 }
    return count
  }

  private static func isBelowText(_ offset: Int, _ source: Span<UInt8>) -> Bool {
    var index = offset
    while index > 0, !isBreak(source[index - 1]) { index -= 1 }
    guard index > 0 else { return false }
    index -= source[index - 1] == 0x0a && index > 1 && source[index - 2] == 0x0d ? 2 : 1
    while index > 0, source[index - 1] == 0x20 || source[index - 1] == 0x09 { index -= 1 }
    return index > 0 && !isBreak(source[index - 1])
  }

  private static func isAboveEmptyLine(_ offset: Int, _ source: Span<UInt8>) -> Bool {
    var index = offset
    if index < source.count, source[index] == 0x0d { index += 1 }
    if index < source.count, source[index] == 0x0a { index += 1 }
    while index < source.count, source[index] == 0x20 || source[index] == 0x09 { index += 1 }
    return index >= source.count || isBreak(source[index])
  }

  /// Whether there are none.
  var isEmpty: Bool { comments.isEmpty }

  /// The comments that begin in a range.
  func `in`(_ range: Range<Int>) -> ArraySlice<Comment> {
    let start = firstIndex(from: range.lowerBound)
    var end = start
    while end < comments.count, comments[end].range.lowerBound < range.upperBound { end += 1 }
    return comments[start..<end]
  }

  /// The first comment that begins in a range.
  func first(in range: Range<Int>) -> Comment? {
    let index = firstIndex(from: range.lowerBound)
    guard index < comments.count, comments[index].range.lowerBound < range.upperBound else {
      return nil
    }
    return comments[index]
  }

  private func firstIndex(from offset: Int) -> Int {
    var lower = 0
    var upper = comments.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if comments[middle].range.lowerBound < offset { lower = middle + 1 } else { upper = middle }
    }
    return lower
  }
}
