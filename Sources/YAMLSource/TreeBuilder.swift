internal import CryptoCore

/// A limit that a text goes beyond; who reads it knows where.
struct TreeLimit: Error {
  let code: SourceError.Code
  let message: String
}

/// Builds a tree's records in the order in which nodes begin.
struct TreeBuilder: ~Copyable {
  private(set) var records: [NodeRecord] = []
  private var open: [Int32] = []
  private(set) var values: WipedBuffer
  private var aliasCount = 0
  private let limits: SourceLimits
  private let syntax: SourceSyntax

  init(byteCount: Int, limits: SourceLimits, syntax: SourceSyntax) {
    self.limits = limits
    self.syntax = syntax
    values = WipedBuffer(capacity: byteCount / 2 + 64)
    records.reserveCapacity(byteCount / 24 + 16)
  }

  /// How many collections are open.
  var depth: Int { open.count }

  /// Whether the innermost open collection, or one around it, is in flow style.
  var isInFlow: Bool {
    guard let last = open.last else { return false }
    switch records[Int(last)].kind {
    case .mapping(let isFlow), .sequence(let isFlow): return isFlow
    case .scalar, .alias: return false
    }
  }

  /// The innermost open collection.
  var current: Int32? { open.last }

  /// The node before the next child of the innermost mapping, when that child is a value.
  var pendingKey: NodeRecord? {
    guard let last = open.last, case .mapping = records[Int(last)].kind,
      records[Int(last)].childCount % 2 == 1
    else { return nil }
    return records[Int(records[Int(last)].lastChild)]
  }

  /// Adds a node to the innermost collection.
  mutating func add(_ node: NodeRecord) throws(TreeLimit) -> Int32 {
    guard records.count < limits.nodeCount else {
      throw TreeLimit(code: .tooManyNodes, message: "the text has too many nodes")
    }
    let index = Int32(records.count)
    var node = node
    if let parent = open.last {
      node.parent = parent
      if records[Int(parent)].lastChild >= 0 {
        records[Int(records[Int(parent)].lastChild)].next = index
      } else {
        records[Int(parent)].firstChild = index
      }
      records[Int(parent)].lastChild = index
      records[Int(parent)].childCount += 1
    }
    records.append(node)
    return index
  }

  /// Adds a collection and opens it.
  mutating func begin(_ node: NodeRecord) throws(TreeLimit) {
    guard open.count < limits.depth else {
      throw TreeLimit(
        code: .tooDeep, message: "collections are nested more than \(limits.depth) deep")
    }
    open.append(try add(node))
  }

  /// Closes the innermost collection. `flowEnd` is where its bracket ends, if it has one.
  mutating func end(flowEnd: Int32?) {
    guard let index = open.popLast() else { return }
    let lastChild = records[Int(index)].lastChild
    if let flowEnd {
      records[Int(index)].end = flowEnd
    } else if lastChild >= 0 {
      records[Int(index)].end = max(records[Int(lastChild)].end, records[Int(index)].contentStart)
    }
    if syntax == .yaml, lastChild >= 0, records[Int(index)].contentStart < 0 {
      records[Int(index)].contentStart = records[Int(records[Int(index)].firstChild)].start
    }
  }

  /// Counts an alias.
  mutating func countAlias() throws(TreeLimit) {
    aliasCount += 1
    guard aliasCount <= limits.aliasCount else {
      throw TreeLimit(code: .tooManyAliases, message: "the text has too many aliases")
    }
  }

  /// Keeps a decoded value and returns its range in the store.
  mutating func keep(_ value: Span<UInt8>) -> (start: Int32, end: Int32) {
    let start = Int32(truncatingIfNeeded: values.count)
    values.append(value)
    return (start, Int32(truncatingIfNeeded: values.count))
  }

  /// Keeps one byte of a decoded value.
  mutating func keep(_ byte: UInt8) { values.append(byte) }

  consuming func finish(
    syntax: SourceSyntax, documents: [SourceDocument], comments: [Range<Int>], lines: LineTable
  ) -> SourceTree {
    SourceTree(
      syntax: syntax, documents: documents, comments: comments, records: records, values: values,
      lines: lines)
  }
}
