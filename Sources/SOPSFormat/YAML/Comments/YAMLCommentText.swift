/// Comments that were read together, in order, and where line breaks separate them.
struct YAMLCommentText {
  private enum Part {
    case comment(Range<Int>)
    case lineBreak
  }

  private var parts: [Part] = []

  var isEmpty: Bool { parts.isEmpty }
  var count: Int { parts.count }

  /// Each comment from its `#`.
  var comments: [Range<Int>] {
    parts.compactMap { if case .comment(let range) = $0 { range } else { nil } }
  }

  init() {}

  private init(_ parts: some Sequence<Part>) { self.parts = Array(parts) }

  mutating func append(_ comment: Range<Int>) { parts.append(.comment(comment)) }

  mutating func appendBreak() { parts.append(.lineBreak) }

  mutating func append(_ other: YAMLCommentText) {
    guard !other.isEmpty else { return }
    if !isEmpty { appendBreak() }
    parts += other.parts
  }

  /// Takes everything out.
  mutating func take() -> YAMLCommentText {
    defer { parts = [] }
    return self
  }

  /// Takes the first parts out, and the line break behind them.
  mutating func takeFirst(_ count: Int) -> YAMLCommentText {
    defer { parts = Array(parts.dropFirst(count + 1)) }
    return YAMLCommentText(parts.prefix(count))
  }

  /// Takes out what stands above the last empty line, if there is one.
  mutating func takeAboveEmptyLine() -> YAMLCommentText {
    var index = parts.count - 1
    while index > 0 {
      if isBreak(index) {
        if index == parts.count - 1 { return split(index) }
        if isBreak(index - 1) { return split(index - 1, behind: index) }
      }
      index -= 1
    }
    return YAMLCommentText()
  }

  private func isBreak(_ index: Int) -> Bool {
    if case .lineBreak = parts[index] { return true }
    return false
  }

  private mutating func split(_ end: Int, behind: Int? = nil) -> YAMLCommentText {
    defer { parts = Array(parts[((behind ?? end) + 1)...]) }
    return YAMLCommentText(parts[..<end])
  }
}
