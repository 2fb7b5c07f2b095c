/// Comments that have been found and not yet been given to a node.
struct YAMLCommentQueue {
  struct Comment {
    enum Place { case head, line, foot }

    var place: Place
    var text = YAMLCommentText()
    /// From the token that begins here on, the comment can be given away.
    var token: YAMLMark
    /// Where its first `#` stands; its column is counted from 1 when it is alone on its line.
    let start: YAMLMark
    /// Where the search began that found it.
    var scanStart = 0
    var end = 0
  }

  private var waiting: [Comment] = []
  private var head = 0

  var first: Comment? { head < waiting.count ? waiting[head] : nil }

  mutating func append(_ comment: Comment) { waiting.append(comment) }

  mutating func removeFirst() {
    head += 1
    if head == waiting.count { (waiting, head) = ([], 0) }
  }

  /// Moves the end of a block in front of the comments as far in as a column.
  func moveBack(_ end: inout YAMLMark, toColumn column: Int) {
    var stop = end.offset
    for comment in waiting[head...].reversed() {
      if comment.end < stop { return }
      if comment.start.column == column { end = comment.start }
      stop = comment.scanStart
    }
  }

  /// Makes the last comment, when it stands behind something, one above what follows.
  mutating func makeHead(ofLineAbove mark: YAMLMark) {
    guard head < waiting.count, waiting[waiting.count - 1].place == .line else { return }
    let last = waiting.count - 1
    waiting[last].place = .head
    if waiting[last].start.line == mark.line - 1 { waiting[last].token = mark }
  }
}
