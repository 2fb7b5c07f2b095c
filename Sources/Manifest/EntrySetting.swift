internal import CryptoCore
internal import YAMLSource

/// One value to be set, its text known.
struct EntrySetting {
  let key: String
  let field: SecretField
  let traits: TextTraits
  let unit: SecretUnit
  let tree: SourceTree
  let editor: MappingEditor

  /// Puts the text in the place of an entry.
  func replace(
    _ entry: UnitEntry, _ text: Span<UInt8>, source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    guard let node = entry.node, let mapping = tree[node].parent else { return }
    let scalar = ScalarText(of: node, range: entry.contentRange, tree: tree, source: source)
    let end = scalar.range.upperBound
    let lineEnd = SourceLines.end(of: end, in: source)
    let next = SourceLines.next(after: lineEnd, in: source)
    let isInFlow = tree.isFlowMapping(mapping)
    var place = ScalarPlace(
      syntax: tree.syntax, isInFlow: isInFlow, lineBreak: tree.lineBreakText,
      isBeforeLineFeed: SourceLines.isLineFeed(at: lineEnd, in: source))
    let following = FollowingLines(from: next, in: source)
    if !isInFlow {
      place.indentation = editor.indentation(of: mapping, source: source) + 2
      place.allowsLiteral =
        field == .stringData && lineEnd == end
        && following.leaveAlone(place.indentation)
    }
    var existing: ScalarStyle?
    if case .scalar(let style) = tree[node].kind { existing = style }
    let writer = ScalarWriter(place: place, traits: traits)
    let style = writer.style(existing: existing)
    guard isInFlow || style == .plain || !following.hasTab else {
      throw ManifestError(
        .unsupportedLayout,
        "a line of blanks with a tab in it behind \(entry.name); remove the tab",
        at: tree.position(of: next, in: source))
    }
    var output = WipedBuffer(capacity: text.count + 32)
    switch entry.insertion {
    case .none: break
    case .space: output.append(" ")
    case .colonSpace: output.append(": ")
    }
    writer.append(
      text, style: style, comment: source.extracting(scalar.headerComment), to: &output)
    edits.replace(scalar.range, with: output.bytes)
  }

  /// Adds the entry.
  func add(
    _ text: Span<UInt8>, source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    guard let pair = tree.pair(field.rawValue, in: unit.root) else {
      return try addWithField(text, source: source, edits: &edits)
    }
    let value = tree[pair.value]
    if tree.isFlowMapping(pair.value) {
      return addToFlow(pair.value, text, source: source, edits: &edits)
    }
    if case .mapping = value.kind {
      let lines = try editor.linePlace(in: pair.value, source: source)
      let indentation = editor.indentation(of: pair.value, source: source)
      return insert(
        text, at: lines, indentation: indentation, under: nil, source: source, edits: &edits)
    }
    // `data: null`, or nothing behind the key.
    var output = WipedBuffer()
    let hasColon = value.range.lowerBound > tree[pair.key].range.upperBound
    if value.kind != .scalar(.absent) {
      appendMapping(text, colon: flowColon, to: &output)
    } else if tree.isFlowMapping(unit.root) {
      output.append(hasColon ? " " : ": ")
      appendMapping(text, colon: flowColon, to: &output)
    } else if hasColon {
      let lines = LinePlace(behind: value.range.upperBound, tree: tree, source: source)
      let indentation = editor.indentation(of: unit.root, source: source) + 2
      return insert(
        text, at: lines, indentation: indentation, under: nil, source: source, edits: &edits)
    } else {
      throw ManifestError(
        .unsupportedLayout, "\(field.rawValue) is an explicit key without a value; write {}",
        at: tree.position(of: value.range.lowerBound, in: source))
    }
    edits.replace(value.contentRange, with: output.bytes)
  }

  /// Adds `data` or `stringData` with the entry in it.
  private func addWithField(
    _ text: Span<UInt8>, source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    guard tree.isFlowMapping(unit.root) else {
      let lines = try editor.linePlace(in: unit.root, source: source)
      let indentation = editor.indentation(of: unit.root, source: source)
      let line = String(repeating: " ", count: indentation) + field.rawValue + ":"
      return insert(
        text, at: lines, indentation: indentation + 2, under: line, source: source, edits: &edits)
    }
    let flow = FlowPlace(in: unit.root, tree: tree, source: source)
    var output = WipedBuffer()
    output.append(utf8: "\(flow.separator)\"\(field.rawValue)\"\(flow.colon)")
    appendMapping(text, colon: flow.colon, to: &output)
    edits.replace(flow.offset..<flow.offset, with: output.bytes)
  }

  /// Inserts the entry as lines of its own, below another new line if there is one.
  private func insert(
    _ text: Span<UInt8>, at lines: LinePlace, indentation: Int, under line: String?,
    source: Span<UInt8>, edits: inout SpliceEdits
  ) {
    let place = ScalarPlace(
      syntax: .yaml, isInFlow: false, indentation: indentation + 2, lineBreak: lines.lineBreak,
      allowsLiteral: field == .stringData && lines.following.leaveAlone(indentation + 2),
      isBeforeLineFeed: !lines.isAtEnd)
    let writer = ScalarWriter(place: place, traits: traits)
    var output = WipedBuffer(capacity: text.count + 64)
    if lines.isAtEnd { output.append(utf8: lines.lineBreak) }
    if let line { output.append(utf8: line + lines.lineBreak) }
    output.append(repeating: 0x20, count: indentation)
    output.append(utf8: SecretKey.yaml(key) + ": ")
    writer.append(text, style: writer.style(existing: nil), comment: Span(), to: &output)
    if !lines.isAtEnd { output.append(utf8: lines.lineBreak) }
    edits.replace(lines.offset..<lines.offset, with: output.bytes)
  }

  private func addToFlow(
    _ mapping: NodeID, _ text: Span<UInt8>, source: Span<UInt8>, edits: inout SpliceEdits
  ) {
    let flow = FlowPlace(in: mapping, tree: tree, source: source)
    let last = tree.pairs(of: mapping).last
    let isQuoted = last.map { tree[$0.key].kind == .scalar(.doubleQuoted) } ?? false
    var output = WipedBuffer()
    output.append(utf8: flow.separator)
    appendEntry(text, colon: flow.colon, isQuoted: isQuoted, to: &output)
    edits.replace(flow.offset..<flow.offset, with: output.bytes)
  }

  private var flowColon: String { ": " }

  private func appendMapping(_ text: Span<UInt8>, colon: String, to output: inout WipedBuffer) {
    output.append("{")
    appendEntry(text, colon: colon, isQuoted: false, to: &output)
    output.append("}")
  }

  private func appendEntry(
    _ text: Span<UInt8>, colon: String, isQuoted: Bool, to output: inout WipedBuffer
  ) {
    let isKeyQuoted = isQuoted || tree.syntax == .json
    output.append(utf8: isKeyQuoted ? "\"\(key)\"" : SecretKey.yaml(key))
    output.append(utf8: colon)
    let writer = ScalarWriter(
      place: ScalarPlace(syntax: tree.syntax, isInFlow: true), traits: traits)
    writer.append(text, style: .doubleQuoted, comment: Span(), to: &output)
  }
}
