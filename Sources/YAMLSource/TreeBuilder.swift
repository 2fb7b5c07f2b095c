internal import CryptoCore

/// Builds a tree's records in the order in which nodes begin.
struct TreeBuilder: ~Copyable {
  private struct OpenCollection {
    let index: Int
    let isMapping: Bool
    var lastChild = -1
    var hasPendingKey = false
  }

  private(set) var records: [NodeRecord] = []
  private(set) var properties: [PropertyRecord] = []
  private(set) var values: WipedBuffer
  private var open: [OpenCollection] = []
  private var aliasCount = 0
  private let limits: SourceLimits

  init(byteCount: Int, limits: SourceLimits) {
    self.limits = limits
    values = WipedBuffer(capacity: byteCount)
    // About as many as a manifest with short values has; others grow their records.
    records.reserveCapacity(min(byteCount, 1 << 16) / 32 + 16)
    open.reserveCapacity(16)
  }

  /// How many collections are open.
  var depth: Int { open.count }

  /// The kind of the innermost open collection.
  var currentKind: NodeRecord.Kind? { open.last.map { records[$0.index].kind } }

  /// The end of the key whose value comes next.
  var pendingKeyEnd: Int? {
    guard let last = open.last, last.hasPendingKey else { return nil }
    return Int(records[last.lastChild].end)
  }

  /// Adds a node to the innermost collection.
  @discardableResult
  mutating func add(
    _ node: NodeRecord, _ property: PropertyRecord? = nil
  ) throws(ReadProblem) -> Int32 {
    guard records.count < limits.nodeCount else {
      throw ReadProblem(
        .tooManyNodes, "the text has more than \(limits.nodeCount) nodes", at: Int(node.start))
    }
    let index = records.count
    var node = node
    node.next = Int32(truncatingIfNeeded: index + 1)
    if !open.isEmpty {
      let last = open.count - 1
      node.parent = Int32(truncatingIfNeeded: open[last].index)
      open[last].lastChild = index
      if open[last].isMapping { open[last].hasPendingKey.toggle() }
    }
    if var property {
      node.hasProperties = true
      property.node = Int32(truncatingIfNeeded: index)
      properties.append(property)
    }
    records.append(node)
    return Int32(truncatingIfNeeded: index)
  }

  /// Adds a collection and opens it.
  @discardableResult
  mutating func begin(
    _ node: NodeRecord, _ property: PropertyRecord? = nil
  ) throws(ReadProblem) -> Int32 {
    guard open.count < limits.depth else {
      throw ReadProblem(
        .tooDeep, "collections are nested more than \(limits.depth) deep", at: Int(node.start))
    }
    let index = try add(node, property)
    open.append(OpenCollection(index: Int(index), isMapping: node.kind.isMapping))
    return index
  }

  /// Closes the innermost collection; `end` is where its bracket ends, if it has one.
  mutating func end(at end: Int?) {
    guard let closed = open.popLast() else { return }
    records[closed.index].next = Int32(truncatingIfNeeded: records.count)
    if let end {
      records[closed.index].end = Int32(truncatingIfNeeded: end)
    } else if closed.lastChild >= 0 {
      records[closed.index].end = max(
        records[closed.lastChild].end, records[closed.index].contentStart)
    }
  }

  /// Counts an alias.
  mutating func countAlias(at offset: Int) throws(ReadProblem) {
    aliasCount += 1
    guard aliasCount <= limits.aliasCount else {
      throw ReadProblem(
        .tooManyAliases, "the text has more than \(limits.aliasCount) aliases", at: offset)
    }
  }

  /// Keeps a decoded value and returns its range in the store.
  mutating func keep(_ value: Span<UInt8>) -> Range<Int> {
    let start = values.count
    values.append(value)
    return start..<values.count
  }

  /// Keeps one byte of a decoded value.
  mutating func keep(_ byte: UInt8) { values.append(byte) }

  consuming func finish(
    syntax: SourceSyntax, documents: [SourceDocument], comments: [Range<Int>],
    survey: TextSurvey
  ) -> SourceTree {
    SourceTree(
      syntax: syntax, documents: documents, comments: comments, records: records,
      properties: properties, hasAliases: aliasCount > 0, values: values, survey: survey)
  }
}
