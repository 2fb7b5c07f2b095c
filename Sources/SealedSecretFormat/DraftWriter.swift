internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Writes a draft in the place and in the style of a mapping of the source.
struct DraftWriter {
  let tree: SourceTree
  let root: NodeID
  private let fields: FieldEditor
  private let lineBreak: String

  init(tree: SourceTree, root: NodeID) {
    self.tree = tree
    self.root = root
    fields = FieldEditor(tree)
    switch tree.lineBreak {
    case .crlf: lineBreak = "\r\n"
    case .cr: lineBreak = "\r"
    case .lf, nil: lineBreak = "\n"
    }
  }

  /// Appends what takes the place of the root's own text.
  func append(
    _ draft: Draft, source: Span<UInt8>, pool: Span<UInt8>, to output: inout WipedBuffer
  ) {
    guard case .mapping(isFlow: true) = tree[root].kind else {
      let indentation = fields.indentation(of: root, source: source)
      return appendBlock(
        draft.entries, indentation, isFirstInPlace: true, source, pool, &output)
    }
    let layout = FlowLayout(of: root, tree: tree, source: source, lineBreak: lineBreak)
    FlowDraft(tree: tree, layout: layout).append(
      draft.entries, layout.base, source, pool, &output)
  }

  private func appendBlock(
    _ entries: [Draft.Entry], _ indentation: Int, isFirstInPlace: Bool, _ source: Span<UInt8>,
    _ pool: Span<UInt8>, _ output: inout WipedBuffer
  ) {
    var isInPlace = isFirstInPlace
    for entry in entries {
      for comment in entry.leading {
        beginLine(indentation, isInPlace, &output)
        output.append(source.extracting(comment))
        isInPlace = false
      }
      beginLine(indentation, isInPlace, &output)
      isInPlace = false
      switch entry.value {
      case .copied(let pair):
        appendCopy(pair, indentation, source, &output)
      case .text(let text):
        output.append(utf8: "\(key(entry)): \(FieldEditor.scalar(text, isQuoted: false))")
      case .pooled(let range):
        output.append(utf8: "\(key(entry)): ")
        FieldEditor.append(pool.extracting(range), isQuoted: range.isEmpty, to: &output)
      case .mapping(let entries):
        output.append(utf8: "\(key(entry)):\(entries.isEmpty ? " {}" : "")")
        appendBlock(
          entries, indentation + 2, isFirstInPlace: false, source, pool, &output)
      }
      if let comment = entry.trailing {
        output.append(" ")
        output.append(source.extracting(comment))
      }
    }
  }

  private func key(_ entry: Draft.Entry) -> String {
    FieldEditor.scalar(entry.key, isQuoted: false)
  }

  private func beginLine(_ indentation: Int, _ isInPlace: Bool, _ output: inout WipedBuffer) {
    guard !isInPlace else { return }
    output.append(utf8: lineBreak)
    output.append(repeating: 0x20, count: indentation)
  }

  private func appendCopy(
    _ pair: Draft.Pair, _ indentation: Int, _ source: Span<UInt8>, _ output: inout WipedBuffer
  ) {
    guard case .mapping(isFlow: false) = tree[pair.mapping].kind else {
      output.append(
        utf8: FieldEditor.scalar(tree.string(of: pair.key) ?? "", isQuoted: false) + ": ")
      let range = tree[pair.value].range
      return ShiftedLines(by: indentation, minimum: indentation + 1).append(
        range, of: source, to: &output)
    }
    let start = fields.start(of: pair.key, in: pair.mapping, source: source)
    let end = max(tree[pair.key].range.upperBound, tree[pair.value].range.upperBound)
    let column = fields.indentation(of: pair.mapping, source: source)
    ShiftedLines(by: indentation - column, minimum: indentation).append(
      start..<withComment(behind: end, source), of: source, to: &output)
  }

  /// The end of a field, with the comment behind it in the same line; one behind the root stays
  /// where it is.
  private func withComment(behind end: Int, _ source: Span<UInt8>) -> Int {
    guard let comment = DraftComments.comment(behind: end, tree: tree, source: source),
      comment.upperBound <= tree[root].range.upperBound
    else { return end }
    return comment.upperBound
  }
}

/// Lines of the source further left or right.
struct ShiftedLines {
  /// In spaces; negative for further left.
  let distance: Int
  /// The least indentation of a line with anything in it.
  let minimum: Int
  /// Whether U+0085, U+2028 and U+2029, which stand in JSON's strings as they are, end no line.
  let isJSON: Bool

  init(by distance: Int, minimum: Int, isJSON: Bool = false) {
    self.distance = distance
    self.minimum = minimum
    self.isJSON = isJSON
  }

  /// Appends a range of the source; its first line begins where the output is.
  func append(_ range: Range<Int>, of source: Span<UInt8>, to output: inout WipedBuffer) {
    var index = range.lowerBound
    while true {
      let end = min(endOfLine(from: index, in: source), range.upperBound)
      output.append(source.extracting(index..<end))
      let next = min(end + LineBreaks.length(at: end, in: source), range.upperBound)
      guard next > end else { return }
      output.append(source.extracting(end..<next))
      index = next
      while index < range.upperBound, source[index] == 0x20 { index += 1 }
      let isBlank = index >= range.upperBound || LineBreaks.length(at: index, in: source) > 0
      let count = index - next + distance
      output.append(repeating: 0x20, count: max(isBlank ? 0 : minimum, count))
    }
  }

  private func endOfLine(from start: Int, in source: Span<UInt8>) -> Int {
    var end = LineBreaks.endOfLine(from: start, in: source)
    while isJSON, end < source.count, source[end] >= 0x80 {
      end = LineBreaks.endOfLine(
        from: end + max(1, LineBreaks.length(at: end, in: source)), in: source)
    }
    return end
  }
}

/// Comments of the source by where they stand.
enum DraftComments {
  /// The comment in the same line behind an offset.
  static func comment(
    behind offset: Int, tree: SourceTree, source: Span<UInt8>
  ) -> Range<Int>? {
    var index = offset
    while index < source.count, source[index] == 0x20 || source[index] == 0x09 { index += 1 }
    guard let comment = comments(in: offset..<index + 1, tree: tree).first,
      comment.lowerBound == index
    else { return nil }
    return comment
  }

  /// The comments that begin in a range.
  static func comments(in range: Range<Int>, tree: SourceTree) -> ArraySlice<Range<Int>> {
    let first = index(of: range.lowerBound, in: tree.comments)
    return tree.comments[first..<max(first, index(of: range.upperBound, in: tree.comments))]
  }

  private static func index(of offset: Int, in comments: [Range<Int>]) -> Int {
    var (lower, upper) = (0, comments.count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if comments[middle].lowerBound < offset { lower = middle + 1 } else { upper = middle }
    }
    return lower
  }
}
