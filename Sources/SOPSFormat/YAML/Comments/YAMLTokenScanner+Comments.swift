/// The rules by which go-yaml takes a comment for one above what follows, behind, or below what is
/// in front of it.
extension YAMLTokenScanner {
  /// How many blanks there may be, at the most, in front of a comment.
  private static let searchLength = 512

  /// Takes the comment on the line of the token that has just been read.
  mutating func scanLineComment(for token: YAMLMark, _ source: Span<UInt8>) {
    guard cursor.breakCount == 0 else { return }
    var distance = 0
    while distance < Self.searchLength, cursor.isBlank(distance, in: source) { distance += 1 }
    guard distance < Self.searchLength, cursor.byte(distance, in: source) == UInt8(ascii: "#")
    else { return }
    cursor.advance(to: cursor.mark.offset + distance, source)
    var comment = YAMLCommentQueue.Comment(place: .line, token: token, start: cursor.mark)
    comment.text.append(readComment(source))
    comments.append(comment)
  }

  private mutating func readComment(_ source: Span<UInt8>) -> Range<Int> {
    let start = cursor.mark.offset
    cursor.advanceToEndOfLine(source)
    return start..<cursor.mark.offset
  }

  /// Takes the comments between two tokens.
  mutating func scanComments(from scanStart: YAMLMark, _ source: Span<UInt8>) {
    var scan = CommentScan(from: scanStart, behind: tokenBefore(), at: cursor)
    var outer = max(indent, 0)
    var distance = 0
    while distance < Self.searchLength {
      scan.column += 1
      if cursor.isBlank(distance, in: source) {
        distance += 1
        continue
      }
      let byte = cursor.byte(distance, in: source)
      let closesFlow = flowLevel > 0 && (byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}"))
      let place = cursor.mark.offset + distance
      if closesFlow || cursor.isBreakOrEnd(distance, in: source) {
        if closesFlow || !scan.isBehindEmptyLine {
          if closesFlow || scan.isFoot(in: outer) {
            if scan.start.column - 1 < outer { scan.leaveToken() }
            scan.takeFoot(upTo: place, into: &comments)
          } else if !scan.text.isEmpty, place < source.count {
            scan.text.appendBreak()
          }
        }
        guard cursor.isBreak(distance, in: source) else { break }
        scan.passEmptyLine()
        distance += 1
        continue
      }
      if scan.column - 1 < outer, scan.column != scan.start.column {
        // As far in as nothing in front of it: it says nothing of what follows either.
        scan.takeFoot(upTo: place, into: &comments)
      }
      guard byte == UInt8(ascii: "#") else { break }
      if scan.text.isEmpty {
        scan.start = YAMLMark(offset: place, line: scan.line, column: scan.column)
      } else {
        scan.text.appendBreak()
      }
      cursor.advance(to: place, source)
      scan.text.append(readComment(source))
      scan.passComment(at: cursor.mark)
      outer = max(indent, 0)
      // The line break, or the first byte of one, is part of the comment.
      distance = 1
    }
    scan.takeHead(upTo: cursor.mark.offset + distance - 1, into: &comments)
  }

  /// The token that comments below may belong to.
  private func tokenBefore() -> YAMLToken? {
    guard let last = tokens.last, last.kind == .flowEntry, tokens.count > 1 else {
      return tokens.last
    }
    return tokens[tokens.count - 2]
  }

  /// What is known in the middle of a search for comments.
  private struct CommentScan {
    private var scanStart: Int
    private var token: YAMLMark
    private let isBehindValue: Bool
    /// The line where a comment must begin that belongs to what is in front of it.
    private let footLine: Int
    private var canBeFoot: Bool
    private(set) var isBehindEmptyLine = false
    private(set) var line: Int
    var column: Int
    var start = YAMLMark()
    var text = YAMLCommentText()

    init(from scanStart: YAMLMark, behind token: YAMLToken?, at cursor: YAMLCursor) {
      self.scanStart = scanStart.offset
      self.token = token?.start ?? scanStart
      isBehindValue = token?.kind == .value
      canBeFoot = cursor.breakCount <= 1
      line = cursor.mark.line
      column = cursor.mark.column
      let isOnLine = cursor.breakCount == 0 && cursor.mark.column > 1
      footLine =
        scanStart.line > 0 ? cursor.mark.line - cursor.breakCount + (isOnLine ? 2 : 1) : -1
    }

    func isFoot(in outer: Int) -> Bool {
      canBeFoot && (start.line == footLine && !isBehindValue || start.column - 1 < outer)
    }

    /// What stands further out has nothing to do with the token in front of it.
    mutating func leaveToken() { if !text.isEmpty { token = start } }

    mutating func takeFoot(upTo end: Int, into comments: inout YAMLCommentQueue) {
      guard !text.isEmpty else { return }
      comments.append(
        YAMLCommentQueue.Comment(
          place: .foot, text: text.take(), token: token, start: start, scanStart: scanStart,
          end: end))
      scanStart = end
      token = YAMLMark(offset: end, line: line, column: column)
    }

    mutating func takeHead(upTo end: Int, into comments: inout YAMLCommentQueue) {
      guard !text.isEmpty else { return }
      comments.append(
        YAMLCommentQueue.Comment(
          place: .head, text: text.take(), token: start, start: start, scanStart: scanStart,
          end: end))
    }

    mutating func passEmptyLine() {
      canBeFoot = false
      isBehindEmptyLine = true
      column = 0
      line += 1
    }

    mutating func passComment(at mark: YAMLMark) {
      isBehindEmptyLine = false
      column = 0
      line = mark.line
    }
  }
}
