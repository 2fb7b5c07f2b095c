internal import CryptoCore
internal import YAMLSource

extension SOPSFile {
  /// The encrypted text with its values replaced and its metadata taken out.
  ///
  /// What comes out is read again, unless it is plain what it is read as: where the text cannot be
  /// kept, for instance because nothing but comments would be left of a list, it is laid out anew.
  func preservedText(of plain: Tree, _ layout: SOPSLayout) throws(SOPSError) -> WipedBuffer {
    guard store != .binary else { return try store.plainText(of: plain, layout) }
    var isCertain = false
    let text: WipedBuffer? = withSource { source in
      var edits = PreservedText(store: store, encrypted: tree, plain: plain)
      for (before, after) in zip(tree.documents, plain.documents) {
        edits.replace(before, after, source)
      }
      edits.removeMetadata(tree, source)
      isCertain = edits.isCertain
      return edits.apply(to: source)
    }
    guard let text else { return try store.plainText(of: plain, layout) }
    let isSame = isCertain || holds(text, plain)
    return isSame ? text : try store.plainText(of: plain, layout)
  }

  private func holds(_ text: borrowing WipedBuffer, _ plain: Tree) -> Bool {
    do { return try store.tree(of: text.bytes, storage).holdsSame(as: plain) } catch {
      return false
    }
  }
}

/// Collects what has to change in an encrypted text.
struct PreservedText: ~Copyable {
  private let store: SOPSStore
  private let encrypted: TreeText
  private let plain: TreeText
  /// The text's step of indentation, once it was needed.
  private var step: Int?
  private var edits = SpliceEdits()
  /// Whether what comes out is certain to be read as what was decrypted: YAML of one document, in
  /// blocks, words replaced by words and the last key taken out with all that is behind it.
  private(set) var isCertain: Bool

  init(store: SOPSStore, encrypted: Tree, plain: Tree) {
    self.store = store
    self.encrypted = encrypted.text
    self.plain = plain.text
    isCertain = store == .yaml
    edits.reserve(count: 16, byteCount: plain.text.byteCount)
  }

  /// The edited text; nil when edits contradict each other.
  consuming func apply(to source: Span<UInt8>) -> WipedBuffer? {
    var output = WipedBuffer(capacity: source.count)
    do { try edits.apply(to: source, appendingTo: &output) } catch { return nil }
    return output
  }

  mutating func replace(_ before: [TreeEntry], _ after: [TreeEntry], _ source: Span<UInt8>) {
    for (old, new) in zip(before, after) {
      switch (old.content, new.content) {
      case (.mapping(let before), .mapping(let after)), (.list(let before), .list(let after)):
        replace(before, after, source)
      case (.scalar, .comment): replaceItem(old, new, source)
      case (.scalar, .scalar(let type)):
        if hasChanged(old, new) { replaceValue(old, new, type, source) }
      case (.comment, .comment):
        if hasChanged(old, new) { replaceComment(old.source, new.text, source) }
      default: break
      }
    }
  }

  private func hasChanged(_ old: TreeEntry, _ new: TreeEntry) -> Bool {
    encrypted.lend(old.text) { before in
      EncryptedValue.isLikely(before) && plain.lend(new.text) { !$0.isSame(as: before) }
    }
  }

  private mutating func replaceValue(
    _ old: TreeEntry, _ new: TreeEntry, _ type: ScalarType, _ source: Span<UInt8>
  ) {
    if store == .yaml, type == .string, replaceWord(old, new.text, source) { return }
    var output = WipedBuffer()
    switch store {
    case .yaml:
      let line = PreservedLine(of: old.source, in: source, isItem: old.key == nil)
      let isBlock = !old.isInFlow && line.endsBehindValue && mayBeBlock(new.text)
      let indent = isBlock ? blockIndent(line, isItem: old.key == nil, source) : nil
      var emitter = YAMLEmitter(scalarAt: indent, in: line.column)
      plain.lend(new.text) { emitter.writeScalar($0, type) }
      output = emitter.finish()
      // The block's last line break is the one that is there already.
      let isOpen = output.bytes.isEmpty ? false : output.bytes[output.count - 1] == 0x0a
      if isOpen { output.truncate(to: output.count - 1) }
      if isCertain, !(isWord(old) && line.endsBehindValue && holds(output, new.text, type)) {
        isCertain = false
      }
    case .json, .binary:
      plain.lend(new.text) { text in
        do { try JSONString.append(text, type, to: &output) } catch {
          // No number of JSON: what is read again tells.
          output.removeAll()
        }
      }
    case .dotenv: plain.lend(new.text) { FlatText.appendEscaped($0, to: &output) }
    case .ini: plain.lend(new.text) { INIEmitter.appendValue($0, to: &output) }
    }
    edits.replace(old.source, with: output.bytes)
  }

  /// A text that is written as it is, in the place of a word behind which the line ends.
  ///
  /// - Returns: False, with nothing done, for every other.
  private mutating func replaceWord(
    _ old: TreeEntry, _ new: Range<Int>, _ source: Span<UInt8>
  ) -> Bool {
    guard isWord(old), PreservedLine.ends(behind: old.source, in: source) else { return false }
    return plain.lend(new) { text in
      guard YAMLScalarStyle.isPlainWord(text) else { return false }
      edits.replace(old.source, with: text)
      return true
    }
  }

  /// Whether a value stands there as itself, in one line: a plain scalar as long as its text.
  private func isWord(_ value: TreeEntry) -> Bool {
    value.isPlain && !value.isInFlow && value.source.count == value.text.count
  }

  private func holds(
    _ word: borrowing WipedBuffer, _ text: Range<Int>, _ type: ScalarType
  ) -> Bool {
    plain.lend(text) { PlainWord.holds(word.bytes, $0, type) }
  }

  /// Whether a text could be written as a block: of printable ASCII alone, none is.
  private func mayBeBlock(_ text: Range<Int>) -> Bool {
    plain.lend(text) { bytes in
      for index in bytes.indices where !(0x20...0x7e).contains(bytes[index]) { return true }
      return false
    }
  }

  /// How far in the lines of a block stand.
  private mutating func blockIndent(
    _ line: PreservedLine, isItem: Bool, _ source: Span<UInt8>
  ) -> Int {
    guard !isItem else { return line.column + 2 }
    let step = step ?? PreservedLine.step(of: source)
    self.step = step
    return step * ((line.column + step) / step)
  }

  /// An item of a list that is a comment.
  private mutating func replaceItem(
    _ old: TreeEntry, _ new: TreeEntry, _ source: Span<UInt8>
  ) {
    isCertain = false
    var start = old.source.lowerBound
    while start > 0, source[start - 1] == 0x20 { start -= 1 }
    guard start > 0, source[start - 1] == UInt8(ascii: "-") else { return }
    replaceComment((start - 1)..<old.source.upperBound, new.text, source)
  }

  private mutating func replaceComment(
    _ range: Range<Int>, _ text: Range<Int>, _ source: Span<UInt8>
  ) {
    isCertain = false
    var output = WipedBuffer()
    let mark: StaticString = store == .ini ? "; " : "#"
    let column = PreservedLine(of: range, in: source, isItem: false).column
    output.append(mark)
    plain.lend(text) { bytes in
      for index in bytes.indices {
        // No comment can leave its line; a CR is one of its characters in dotenv.
        if bytes[index] == 0x0a || (bytes[index] == 0x0d && store != .dotenv) {
          output.append(0x0a)
          output.append(repeating: 0x20, count: store == .yaml ? column : 0)
          output.append(mark)
        } else {
          output.append(bytes[index])
        }
      }
    }
    edits.replace(range, with: output.bytes)
  }

  /// Takes the metadata of every document out.
  mutating func removeMetadata(_ tree: Tree, _ source: Span<UInt8>) {
    if isCertain { isCertain = endsWithMetadata(tree, source) }
    var comments: ArraySlice<Range<Int>> = []
    if store == .yaml {
      comments =
        tree.documents.joined().filter(\.isComment).map(\.source)
        .sorted { $0.lowerBound < $1.lowerBound }[...]
    }
    for range in tree.metadata {
      switch store {
      case .json, .binary: edits.remove(PreservedLine.withComma(range, source))
      case .ini: edits.remove(PreservedLine.wholeSection(range, source))
      case .dotenv: edits.remove(PreservedLine.wholeLines(range, source))
      case .yaml: removeLines(PreservedLine.wholeLines(range, source), &comments, source)
      }
    }
  }

  /// Takes lines out, but for the comments behind the key, which are the document's.
  private mutating func removeLines(
    _ lines: Range<Int>, _ comments: inout ArraySlice<Range<Int>>, _ source: Span<UInt8>
  ) {
    var start = lines.lowerBound
    while let comment = comments.first, comment.lowerBound < lines.upperBound {
      comments.removeFirst()
      guard start <= comment.lowerBound else { continue }
      isCertain = false
      edits.remove(start..<comment.lowerBound)
      start = PreservedLine.wholeLines(comment, source).upperBound
    }
    if start < lines.upperBound { edits.remove(start..<lines.upperBound) }
  }

  /// Whether the metadata are the last of several keys of the only document, with nothing behind.
  private func endsWithMetadata(_ tree: Tree, _ source: Span<UInt8>) -> Bool {
    guard tree.documents.count == 1, tree.metadata.count == 1, let range = tree.metadata.first,
      let other = tree.documents[0].first(where: { !$0.isComment }), !other.isInFlow
    else { return false }
    return range.lowerBound > 0 && source[range.lowerBound - 1] == 0x0a
      && PreservedLine.wholeLines(range, source).upperBound == source.count
  }
}
