package import CryptoCore
package import YAMLSource

/// Sets, adds and removes single fields of any mapping, leaving every other byte.
///
/// For public texts of one line; a Secret's own values are `EntryEditor`'s.
package struct FieldEditor {
  private let tree: SourceTree
  private let editor: MappingEditor

  /// Edits a tree's text.
  package init(_ tree: SourceTree) {
    self.tree = tree
    editor = MappingEditor(tree: tree)
  }

  /// A text as a scalar that reads as exactly this text: plain where nobody takes it for something
  /// else, else in double quotes.
  package static func scalar(_ text: String, isQuoted: Bool) -> String {
    var output = WipedBuffer()
    append(Array(text.utf8).span, isQuoted: isQuoted, to: &output)
    return String(decoding: Array(copying: output.bytes), as: UTF8.self)
  }

  /// The same for bytes in UTF-8 that may be secret.
  package static func append(
    _ text: Span<UInt8>, isQuoted: Bool, to output: inout WipedBuffer
  ) {
    guard let traits = TextTraits(text) else { return }
    let place = ScalarPlace(syntax: .yaml, isInFlow: isQuoted)
    ScalarWriter(place: place, traits: traits).append(
      text, style: traits.isPlain && !isQuoted ? .plain : .doubleQuoted, comment: Span(),
      to: &output)
  }

  /// Puts a text in the place of a scalar, in quotes where the scalar had them.
  ///
  /// - Throws: `.unsupportedLayout` when it is no scalar, or an explicit key without a value.
  package func replace(
    _ node: NodeID, with text: String, source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    guard case .scalar(let style) = tree[node].kind else {
      throw error("an alias or a collection where a text is; write it out", node, source)
    }
    let range = ScalarText(
      of: node, range: tree[node].contentRange, tree: tree, source: source
    ).range
    let isInFlow = tree[node].parent.map(tree.isFlowMapping) ?? false
    let isQuoted =
      tree.syntax == .json || isInFlow || style == .doubleQuoted || style == .singleQuoted
    var scalar = Self.scalar(text, isQuoted: isQuoted)
    if style == .absent {
      guard let parent = tree[node].parent,
        let pair = tree.pairs(of: parent).first(where: { $0.value == node }),
        range.lowerBound > tree[pair.key].range.upperBound
      else { throw error("an explicit key without a value; write it out", node, source) }
      scalar = " " + scalar
    }
    edits.replace(range, with: scalar)
  }

  /// Adds entries to the mapping, or to the null, that is the value of a pair.
  ///
  /// - Throws: `.unsupportedLayout` when there is no place for them.
  package func add(
    _ entries: [(key: String, text: String)], to mapping: NodeID, source: Span<UInt8>,
    edits: inout SpliceEdits
  ) throws(ManifestError) {
    switch tree[mapping].kind {
    case .mapping(isFlow: true): addToFlow(entries, mapping, source, &edits)
    case .mapping(isFlow: false):
      let indentation = editor.indentation(of: mapping, source: source)
      try addLines(
        entries.map { line($0, indentation) }, to: mapping, source: source, edits: &edits)
    default: try fillNull(entries, mapping, source, &edits)
    }
  }

  /// Adds a key with a mapping of entries below it.
  ///
  /// - Throws: `.unsupportedLayout` when there is no place for it.
  package func add(
    _ key: String, holding entries: [(key: String, text: String)], to mapping: NodeID,
    source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    guard case .mapping(let isFlow) = tree[mapping].kind else {
      throw error("a value where a mapping has to be", mapping, source)
    }
    guard !isFlow else {
      let flow = FlowPlace(in: mapping, tree: tree, source: source)
      let key = Self.scalar(key, isQuoted: true)
      return edits.insert(
        at: flow.offset, flow.separator + key + flow.colon + flowMapping(entries, flow.colon))
    }
    let indentation = editor.indentation(of: mapping, source: source)
    let head = String(repeating: " ", count: indentation) + Self.scalar(key, isQuoted: false) + ":"
    try addLines(
      [head] + entries.map { line($0, indentation + 2) }, to: mapping, source: source,
      edits: &edits)
  }

  /// Takes an entry out of a mapping, with its lines or its comma; the last one leaves `{}`.
  ///
  /// - Throws: `.unsupportedLayout` when what follows would become a part of the value in front.
  package func remove(
    _ key: NodeID, from mapping: NodeID, source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    let pairs = tree.pairs(of: mapping)
    guard let index = pairs.firstIndex(where: { $0.key == key }) else { return }
    let name = Printable.text(tree.string(of: key) ?? "")
    let value = pairs[index].value
    let entry = UnitEntry(
      kind: .value, path: [name], name: name, node: tree.lastScalar(in: value),
      contentRange: tree[value].range, anchor: nil, tag: nil, insertion: .none, token: nil)
    let removal = EntryRemoval(
      entry: entry, index: index, mapping: mapping, tree: tree, editor: editor)
    try removal.carryOut(source, edits: &edits)
  }

  /// What a comment takes up: with its line when nothing else is in it.
  ///
  /// - Parameter comment: From its `#` or behind it, to the end of the line.
  package func extent(ofComment comment: Range<Int>, source: Span<UInt8>) -> Range<Int> {
    // An empty comment at the end of the text begins behind it.
    var start = min(comment.lowerBound, max(source.count - 1, 0))
    while start > 0, source[start] != UInt8(ascii: "#") { start -= 1 }
    while start > 0, source[start - 1] == UInt8(ascii: "#") { start -= 1 }
    if let blanks = SourceLines.indentation(of: start, in: source) {
      return editor.lines(from: blanks.lowerBound, to: comment.upperBound, source: source)
    }
    while start > 0, SourceLines.isBlank(source[start - 1]) { start -= 1 }
    return start..<comment.upperBound
  }

  /// The column, from 0, of a block mapping's keys.
  package func indentation(of mapping: NodeID, source: Span<UInt8>) -> Int {
    editor.indentation(of: mapping, source: source)
  }

  /// Where an entry of a mapping begins: at its `?` or its key.
  package func start(of key: NodeID, in mapping: NodeID, source: Span<UInt8>) -> Int {
    editor.firstByte(of: key, in: mapping, source: source)
  }

  private func line(_ entry: (key: String, text: String), _ indentation: Int) -> String {
    String(repeating: " ", count: indentation) + Self.scalar(entry.key, isQuoted: false) + ": "
      + Self.scalar(entry.text, isQuoted: false)
  }

  private func addLines(
    _ lines: [String], to mapping: NodeID, source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    let place = try editor.linePlace(in: mapping, source: source)
    edits.insert(at: place.offset, place.text(lines))
  }

  private func addToFlow(
    _ entries: [(key: String, text: String)], _ mapping: NodeID, _ source: Span<UInt8>,
    _ edits: inout SpliceEdits
  ) {
    let flow = FlowPlace(in: mapping, tree: tree, source: source)
    let next = flow.separator.isEmpty ? ", " : flow.separator
    var text = ""
    for entry in entries {
      text += text.isEmpty ? flow.separator : next
      text += Self.scalar(entry.key, isQuoted: true) + flow.colon
      text += Self.scalar(entry.text, isQuoted: true)
    }
    edits.insert(at: flow.offset, text)
  }

  private func flowMapping(
    _ entries: [(key: String, text: String)], _ colon: String
  ) -> String {
    let texts = entries.map {
      Self.scalar($0.key, isQuoted: true) + colon + Self.scalar($0.text, isQuoted: true)
    }
    return "{" + texts.joined(separator: colon == ":" ? "," : ", ") + "}"
  }

  private func fillNull(
    _ entries: [(key: String, text: String)], _ node: NodeID, _ source: Span<UInt8>,
    _ edits: inout SpliceEdits
  ) throws(ManifestError) {
    guard tree.isNull(node), let parent = tree[node].parent,
      let pair = tree.pairs(of: parent).first(where: { $0.value == node })
    else { throw error("a value where a mapping has to be", node, source) }
    let text = flowMapping(entries, ": ")
    guard tree[node].kind == .scalar(.absent) else {
      return edits.replace(tree[node].contentRange, with: text)
    }
    guard tree[node].range.lowerBound > tree[pair.key].range.upperBound else {
      throw error("an explicit key without a value; write {}", node, source)
    }
    edits.insert(at: tree[node].contentRange.lowerBound, " " + text)
  }

  private func error(
    _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> ManifestError {
    ManifestError(
      .unsupportedLayout, message,
      at: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}

extension SourceTree {
  /// The pair of a mapping that has a key.
  package func field(_ key: String, of mapping: NodeID) -> (key: NodeID, value: NodeID)? {
    pair(key, in: mapping)
  }

  /// A scalar's text, an alias followed; nil for collections and for null.
  package func fieldText(_ node: NodeID) -> String? {
    let scalar = target(of: node) ?? node
    return isNull(scalar) ? nil : string(of: scalar)
  }

  /// Whether a plain scalar is read as a number, a truth value or null, and not as a text.
  package func isImplicit(_ node: NodeID) -> Bool {
    guard self[node].kind == .scalar(.plain), self[node].tag == nil else { return false }
    return !withValue(of: node, ImplicitType.isText)
  }
}

/// Text of a manifest made fit for a message.
package enum ShownText {
  /// No control or format characters, no great length.
  package static func of(_ text: String) -> String { Printable.text(text) }
}
