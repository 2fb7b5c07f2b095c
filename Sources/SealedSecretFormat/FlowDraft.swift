internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// How a flow mapping or JSON object is laid out.
struct FlowLayout {
  /// How far the line is indented that the mapping ends in.
  let base: Int
  /// How much further each level is indented; nil when all is in one line.
  let step: Int?
  /// What stands between key and value.
  let colon: String
  /// What separates entries in one line.
  let comma: String
  let lineBreak: String

  init(of root: NodeID, tree: SourceTree, source: Span<UInt8>, lineBreak: String) {
    self.lineBreak = lineBreak
    let first = tree.pairs(of: root).first
    let isCompact =
      tree.syntax == .json
      && first.map { pair in
        tree.colon(between: pair.key, and: pair.value, in: source)
          == tree[pair.value].range.lowerBound - 1
      } ?? false
    colon = isCompact ? ":" : ": "
    comma = isCompact ? "," : ", "
    let end = tree[root].range.upperBound - 1
    let inner = first.flatMap { Self.blanks(before: tree[$0.key].range.lowerBound, source) }
    let outer = Self.blanks(before: end, source)
    base = outer ?? max(0, (inner ?? 0) - 2)
    step = inner.map { max(1, $0 - (outer ?? max(0, $0 - 2))) }
  }

  /// How many spaces or tabs stand in front of an offset; nil when something else does in its line.
  static func blanks(before offset: Int, _ source: Span<UInt8>) -> Int? {
    var index = offset
    while index > 0, source[index - 1] == 0x20 || source[index - 1] == 0x09 { index -= 1 }
    let isLineStart = index == 0 || LineBreaks.length(before: index, from: 0, in: source) > 0
    return isLineStart ? offset - index : nil
  }
}

/// Writes a draft as a flow mapping or JSON object.
struct FlowDraft {
  let tree: SourceTree
  let layout: FlowLayout

  func append(
    _ entries: [Draft.Entry], _ indentation: Int, _ source: Span<UInt8>, _ pool: Span<UInt8>,
    _ output: inout WipedBuffer
  ) {
    output.append("{")
    let inner = indentation + (layout.step ?? 0)
    for (index, entry) in entries.enumerated() {
      if index > 0 { output.append(utf8: layout.step == nil ? layout.comma : ",") }
      breakLine(inner, &output)
      output.append(utf8: FieldEditor.scalar(entry.key, isQuoted: true) + layout.colon)
      switch entry.value {
      case .text(let text): output.append(utf8: FieldEditor.scalar(text, isQuoted: true))
      case .pooled(let range):
        FieldEditor.append(pool.extracting(range), isQuoted: true, to: &output)
      case .mapping(let entries): append(entries, inner, source, pool, &output)
      case .copied(let pair): appendCopy(pair, inner, source, &output)
      }
    }
    if !entries.isEmpty { breakLine(indentation, &output) }
    output.append("}")
  }

  private func breakLine(_ indentation: Int, _ output: inout WipedBuffer) {
    guard layout.step != nil else { return }
    output.append(utf8: layout.lineBreak)
    output.append(repeating: 0x20, count: indentation)
  }

  private func appendCopy(
    _ pair: Draft.Pair, _ indentation: Int, _ source: Span<UInt8>, _ output: inout WipedBuffer
  ) {
    let range = tree[pair.value].range
    // An absent value would touch the comma.
    guard !range.isEmpty else { return output.append("null") }
    let column = FlowLayout.blanks(before: tree[pair.key].range.lowerBound, source)
    let distance = column.map { indentation - $0 } ?? 0
    ShiftedLines(by: distance, minimum: 0, isJSON: tree.syntax == .json).append(
      range, of: source, to: &output)
  }
}
