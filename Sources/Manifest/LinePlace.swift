internal import YAMLSource

/// A place in a block mapping where whole lines can be put in.
struct LinePlace {
  let offset: Int
  /// Whether the text ends here without a line break: one goes in front of the lines then, instead
  /// of behind them.
  let isAtEnd: Bool
  let lineBreak: String
  let following: FollowingLines

  /// The place behind the line of an offset.
  init(behind offset: Int, tree: SourceTree, source: Span<UInt8>) {
    let end = SourceLines.end(of: offset, in: source)
    let next = SourceLines.next(after: end, in: source)
    self.init(at: next, isAtEnd: next == end, tree: tree, source: source)
  }

  /// The place in front of a line that begins at `lineStart`.
  init(before lineStart: Int, tree: SourceTree, source: Span<UInt8>) {
    self.init(at: lineStart, isAtEnd: false, tree: tree, source: source)
  }

  private init(at offset: Int, isAtEnd: Bool, tree: SourceTree, source: Span<UInt8>) {
    self.offset = offset
    self.isAtEnd = isAtEnd
    // A CR in front of a LF would become one line break with it.
    let isBeforeLF = offset < source.count && source[offset] == 0x0a
    let lineBreak = tree.lineBreakText
    self.lineBreak = isBeforeLF && lineBreak == "\r" ? "\n" : lineBreak
    following = FollowingLines(from: offset, in: source)
  }

  /// What to put in for lines without line breaks.
  func text(_ lines: [String]) -> String {
    let text = lines.joined(separator: lineBreak)
    return isAtEnd ? lineBreak + text : text + lineBreak
  }
}

extension SourceTree {
  /// The line break of the text: the first one's kind, else LF.
  var lineBreakText: String {
    switch lineBreak {
    case .crlf: "\r\n"
    case .cr: "\r"
    case .lf, nil: "\n"
    }
  }
}
