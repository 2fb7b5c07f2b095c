internal import CryptoCore

/// Writes YAML as SOPS does: block style with its emitter's quotes.
///
/// Follows the state of go-yaml's emitter, so that comments and empty lines come out where it puts
/// them; but where it forgets a comment, because another one comes before it was written, both are
/// written.
struct YAMLEmitter: ~Copyable {
  private let text: TreeText
  private let step: Int
  var output = WipedBuffer()
  var indent = -1
  var column = 0
  /// Whether the last character separates.
  var isBehindSpace = true
  /// Whether there is nothing but indentation on the line.
  var isIndentation = true
  /// How far what a scalar belongs to stands in.
  private var outerIndent = 0
  /// Whether a text of several lines can stand as a block.
  private(set) var allowsBlock = true
  /// Where a comment that ends something stands: what follows at the same place keeps a line off.
  private var footIndent = -1
  private var head: [Range<Int>] = []
  private var line: [Range<Int>] = []
  private var foot: [Range<Int>] = []
  private var tail: [Range<Int>] = []

  /// The documents of a tree.
  static func emit(_ tree: Tree, indent: Int) -> WipedBuffer {
    var emitter = YAMLEmitter(tree.text, step: indent)
    for (index, document) in tree.documents.enumerated() {
      emitter.emit(document, isFirst: index == 0)
    }
    return emitter.finish()
  }

  /// A value alone, a document of its own.
  static func emit(value: TreeEntry, of text: TreeText) -> WipedBuffer {
    var emitter = YAMLEmitter(text, step: SOPSLayout.standard.yamlIndent)
    if let node = node(of: value) {
      emitter.emit(node)
    } else {
      emitter.writeValue(of: value)
      emitter.writeIndent()
    }
    return emitter.finish()
  }

  private init(_ text: TreeText, step: Int) {
    self.text = text
    self.step = step
  }

  /// A scalar alone, to be put into a text.
  ///
  /// - Parameters:
  ///   - indent: How far in the lines of a block stand; nil when there can be no block.
  ///   - outerIndent: How far in stands what the scalar belongs to.
  init(scalarAt indent: Int?, in outerIndent: Int) {
    text = TreeText()
    step = 4
    self.indent = indent ?? 0
    allowsBlock = indent != nil
    self.outerIndent = outerIndent
  }

  consuming func finish() -> WipedBuffer { output }

  private mutating func emit(_ document: [TreeEntry], isFirst: Bool) {
    if !isFirst {
      writeIndent()
      writeIndicator("---", needsSpace: true)
      writeIndent()
    }
    emit(Node(entries: document, isList: false))
  }

  private mutating func emit(_ node: Node) {
    start(node)
    writeHead()
    emitCollection(node, inSequence: false)
    foot = tail + head + line + foot
    (tail, head, line) = ([], [], [])
    footIndent = 0
    writeFoot()
    footIndent = -1
    writeIndent()
  }

  /// A mapping or list with its comments sorted out.
  private struct Node {
    struct Item {
      var entry: TreeEntry
      var head: [Range<Int>]
      var line: [Range<Int>]
      var foot: [Range<Int>] = []
    }
    var head: [Range<Int>] = []
    var items: [Item] = []
    var isList: Bool

    init(entries: [TreeEntry], isList: Bool) {
      self.isList = isList
      var above: [Range<Int>] = []
      var beside: [Range<Int>] = []
      for entry in entries {
        if case .comment(let isInline) = entry.content {
          if isInline { beside.append(entry.text) } else { above.append(entry.text) }
          continue
        }
        if items.isEmpty {
          head = above
          above = []
        }
        items.append(Item(entry: entry, head: above, line: beside))
        (above, beside) = ([], [])
      }
      above += beside
      if items.isEmpty { head += above } else { items[items.count - 1].foot = above }
    }
  }

  /// Takes in the comments that come with the beginning of a collection.
  private mutating func start(_ node: Node) { head += node.head }

  /// What comes behind the beginning of a value, then the value itself.
  private mutating func emitCollection(_ node: Node, inSequence: Bool) {
    guard !node.items.isEmpty else {
      writeIndicator(node.isList ? "[" : "{", needsSpace: true, isSpace: true)
      if !node.isList { withIndent(inSequence: inSequence, isFlow: true) { $0.writeHead() } }
      writeIndicator(node.isList ? "]" : "}")
      return writeLineAndFoot()
    }
    writeLineAndFoot()
    withIndent(inSequence: inSequence, isFlow: false) { emitter in
      if node.isList { emitter.emitItems(node.items) } else { emitter.emitPairs(node.items) }
    }
  }

  private mutating func withIndent(
    inSequence: Bool, isFlow: Bool, _ body: (inout YAMLEmitter) -> Void
  ) {
    let outer = (indent, outerIndent)
    outerIndent = max(indent, 0)
    if indent < 0 {
      indent = isFlow ? step : 0
    } else if inSequence {
      indent += 2
    } else {
      indent = step * ((indent + step) / step)
    }
    body(&self)
    (indent, outerIndent) = outer
  }

  /// What is said of a collection comes with its end, which is on the same line when it is empty.
  private mutating func emitCollection(_ node: Node, of item: Node.Item, inSequence: Bool) {
    if !node.items.isEmpty { emitCollection(node, inSequence: inSequence) }
    line += item.line
    // What is below a pair comes with the next.
    if inSequence { foot += item.foot }
    if node.items.isEmpty { emitCollection(node, inSequence: inSequence) }
  }

  private mutating func emitItems(_ items: [Node.Item]) {
    for item in items {
      switch Self.node(of: item.entry) {
      case let node?:
        head += item.head + node.head
        writeHead()
        writeIndent()
        writeIndicator("-", needsSpace: true, isIndentation: true)
        emitCollection(node, of: item, inSequence: true)
      case nil:
        head += item.head
        line += item.line
        foot += item.foot
        writeHead()
        writeIndent()
        writeIndicator("-", needsSpace: true, isIndentation: true)
        withIndent(inSequence: true, isFlow: true) { $0.writeValue(of: item.entry) }
        writeLineAndFoot()
      }
    }
  }

  private mutating func emitPairs(_ items: [Node.Item]) {
    for item in items {
      let node = Self.node(of: item.entry)
      // go-yaml writes what ends the pair before between this key and its empty value.
      // Within the metadata it would go with them.
      let isMetadata = indent == 0 && item.entry.key == "sops"
      if node?.items.isEmpty == true || isMetadata {
        foot = line + foot
        line = []
        writeFoot()
      }
      head += item.head
      writeHead()
      writeIndent()
      let isSimple = writeKey(item.entry.key ?? "")
      switch node {
      case let node?:
        // go-yaml writes the comment behind the colon, and reads it there as one of the key, whose
        // ciphertext does not open.
        if !isSimple, !node.head.isEmpty { putBreak() }
        start(node)
        emitCollection(node, of: item, inSequence: false)
      case nil:
        line += item.line
        withIndent(inSequence: false, isFlow: true) { $0.writeValue(of: item.entry) }
        writeLineAndFoot()
      }
    }
    tail += items.last?.foot ?? []
    writeHead()
  }

  private static func node(of entry: TreeEntry) -> Node? {
    switch entry.content {
    case .mapping(let entries): Node(entries: entries, isList: false)
    case .list(let entries): Node(entries: entries, isList: true)
    default: nil
    }
  }

  /// Writes a key and its colon.
  ///
  /// - Returns: Whether both are on one line.
  private mutating func writeKey(_ key: String) -> Bool {
    let bytes = Array(key.utf8)
    let analysis = YAMLScalarAnalysis(bytes.span)
    let isSimple = !analysis.isMultiline && bytes.count <= 128
    if !isSimple { writeIndicator("?", needsSpace: true, isIndentation: true) }
    withIndent(inSequence: false, isFlow: true) { $0.writeString(bytes.span, isKey: isSimple) }
    if isSimple {
      writeIndicator(":")
      return true
    }
    writeIndent()
    writeIndicator(":", needsSpace: true, isIndentation: true)
    return false
  }

  private mutating func writeValue(of entry: TreeEntry) {
    guard case .scalar(let type) = entry.content else { return writePlain("null") }
    text.lend(entry.text) { writeScalar($0, type) }
  }

  /// What a block that begins with a space says about its indentation.
  ///
  /// In and below lists go-yaml says four where it is two, and is read wrongly.
  var indentHint: UInt8 { UInt8(min(9, max(1, indent - outerIndent))) }

  private mutating func writeHead() {
    if !tail.isEmpty {
      writeIndent()
      writeComments(tail)
      tail = []
      footIndent = max(indent, 0)
    }
    guard !head.isEmpty else { return }
    writeIndent()
    writeComments(head)
    head = []
  }

  /// Writes the comment behind a value, if any, on its line.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  mutating func writeLine() -> Bool {
    guard !line.isEmpty else { return false }
    if !isBehindSpace { put(0x20) }
    writeComments(line)
    line = []
    return true
  }

  private mutating func writeFoot() {
    guard !foot.isEmpty else { return }
    writeIndent()
    writeComments(foot)
    foot = []
    footIndent = max(indent, 0)
  }

  private mutating func writeLineAndFoot() {
    writeLine()
    writeFoot()
  }

  private mutating func writeComments(_ ranges: [Range<Int>]) {
    let text = text
    for (index, range) in ranges.enumerated() {
      if index > 0 { writeIndent() }
      put(UInt8(ascii: "#"))
      text.lend(range) { bytes in
        var isNewLine = false
        for place in bytes.indices {
          if bytes[place] == 0x0a || bytes[place] == 0x0d {
            isNewLine = true
            continue
          }
          // No comment can leave its line.
          if isNewLine {
            putBreak()
            writeIndent()
            put(UInt8(ascii: "#"))
            put(0x20)
            isNewLine = false
          }
          put(bytes[place])
        }
      }
      isIndentation = false
      putBreak()
    }
    isBehindSpace = true
  }

  mutating func put(_ byte: UInt8) {
    output.append(byte)
    column += 1
  }

  mutating func put(_ bytes: Span<UInt8>) {
    output.append(bytes)
    column += bytes.count
  }

  mutating func putBreak() {
    output.append(0x0a)
    column = 0
    isIndentation = true
  }

  mutating func writeIndent() {
    let indent = max(indent, 0)
    if !isIndentation || column > indent || (column == indent && !isBehindSpace) { putBreak() }
    if footIndent == indent { putBreak() }
    while column < indent { put(0x20) }
    isBehindSpace = true
    footIndent = -1
  }

  mutating func writeIndicator(
    _ indicator: StaticString, needsSpace: Bool = false, isSpace: Bool = false,
    isIndentation: Bool = false
  ) {
    if needsSpace, !isBehindSpace { put(0x20) }
    output.append(indicator)
    column += indicator.utf8CodeUnitCount
    isBehindSpace = isSpace
    self.isIndentation = self.isIndentation && isIndentation
  }
}
