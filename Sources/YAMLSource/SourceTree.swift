internal import CryptoCore

/// The two syntaxes.
public enum SourceSyntax: Sendable {
  /// YAML 1.1 and 1.2 as libyaml reads them.
  case yaml
  /// JSON (RFC 8259).
  case json
}

/// A YAML or JSON text as a tree of which every part knows the bytes it stands in.
///
/// The tree does not hold the text, only offsets; and the scalars' decoded values, which may be
/// secrets, in one buffer that is wiped.
public final class SourceTree: Sendable {
  /// How the text was read.
  public let syntax: SourceSyntax
  /// The documents of the stream.
  public let documents: [SourceDocument]
  /// Every comment, from its `#` to the end of the line without the line break, in order.
  ///
  /// The comment behind a block scalar's indicator belongs to the scalar.
  public let comments: [Range<Int>]
  /// Whether the text begins with a byte order mark.
  public let hasBOM: Bool
  /// Whether any node is an alias.
  public let hasAliases: Bool
  /// The text's first line break; nil when it is one line without any.
  public var lineBreak: LineBreakStyle? { lines.lineBreak }
  /// How many nodes there are.
  public var nodeCount: Int { records.count }
  /// The nodes in the order in which they begin.
  public var nodes: [NodeID] { (0..<records.count).compactMap(node(at:)) }

  private let records: [NodeRecord]
  private let properties: [PropertyRecord]
  private let values: ValueStore
  private let lines: LineTable

  init(
    syntax: SourceSyntax, documents: [SourceDocument], comments: [Range<Int>],
    records: [NodeRecord], properties: [PropertyRecord], hasAliases: Bool,
    values: consuming WipedBuffer, survey: TextSurvey
  ) {
    self.syntax = syntax
    self.documents = documents
    self.comments = comments
    self.records = records
    self.properties = properties
    self.hasAliases = hasAliases
    self.values = ValueStore(values)
    lines = survey.lines
    hasBOM = survey.base > 0
  }

  /// The node at a place in the order in which nodes begin; nil when there are not so many.
  public func node(at place: Int) -> NodeID? {
    records.indices.contains(place) ? NodeID(index: Int32(truncatingIfNeeded: place)) : nil
  }

  /// A node.
  public subscript(id: NodeID) -> Node {
    let record = self.record(id)
    let property = record.hasProperties ? property(of: id) : nil
    return Node(
      kind: record.kind.publicKind, parent: record.parent < 0 ? nil : NodeID(index: record.parent),
      range: Int(record.start)..<Int(record.end),
      contentRange: Int(record.contentStart)..<Int(record.end),
      anchor: property?.anchor, tag: property?.tag)
  }

  private func record(_ id: NodeID) -> NodeRecord {
    precondition(records.indices.contains(Int(id.index)), "a node of another tree")
    return records[Int(id.index)]
  }

  private func property(of id: NodeID) -> PropertyRecord? {
    var lower = 0
    var upper = properties.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if properties[middle].node < id.index { lower = middle + 1 } else { upper = middle }
    }
    return lower < properties.count && properties[lower].node == id.index
      ? properties[lower] : nil
  }

  /// The elements of a sequence, or the keys and values of a mapping in turn.
  public func children(of id: NodeID) -> [NodeID] {
    let record = self.record(id)
    var result: [NodeID] = []
    result.reserveCapacity(childCount(record, of: id))
    var child = id.index + 1
    while child < record.next {
      result.append(NodeID(index: child))
      child = records[Int(child)].next
    }
    return result
  }

  private func childCount(_ record: NodeRecord, of id: NodeID) -> Int {
    var count = 0
    var child = id.index + 1
    while child < record.next {
      count += 1
      child = records[Int(child)].next
    }
    return count
  }

  /// The elements of a sequence; empty for other nodes.
  public func items(of id: NodeID) -> [NodeID] {
    record(id).kind.isSequence ? children(of: id) : []
  }

  /// The keys and values of a mapping; empty for other nodes.
  public func pairs(of id: NodeID) -> [(key: NodeID, value: NodeID)] {
    let record = self.record(id)
    guard record.kind.isMapping else { return [] }
    var result: [(key: NodeID, value: NodeID)] = []
    result.reserveCapacity(childCount(record, of: id) / 2)
    for pair in eachPair(of: id) { result.append(pair) }
    return result
  }

  /// The same to be gone through once, without a list.
  public func eachPair(of id: NodeID) -> NodePairs {
    let record = self.record(id)
    return NodePairs(
      records: records, from: id.index + 1, to: record.kind.isMapping ? record.next : 0)
  }

  /// Where the `:` between a key and its value stands; nil when there is none.
  public func colon(between key: NodeID, and value: NodeID, in source: Span<UInt8>) -> Int? {
    var index = Int(record(key).end)
    let end = min(Int(record(value).start), source.count)
    while index < end {
      switch source[index] {
      case UInt8(ascii: ":"): return index
      case UInt8(ascii: "#"): index = LineBreaks.endOfLine(from: index, in: source)
      default: index += 1
      }
    }
    return nil
  }

  /// A node's tag with its handle resolved, for instance `tag:yaml.org,2002:binary` for `!!binary`;
  /// nil when the node has none.
  public func resolvedTag(of id: NodeID) -> String? {
    guard record(id).hasProperties, let property = property(of: id), property.tag != nil else {
      return nil
    }
    return values.text(property.tagValue)
  }

  /// A scalar's decoded value as text; nil for other nodes.
  ///
  /// The text is not wiped: only for what is public.
  public func string(of id: NodeID) -> String? {
    let record = self.record(id)
    return record.kind.isScalar ? values.text(record.value) : nil
  }

  /// Lends a scalar's decoded value in UTF-8; empty for other nodes.
  public func withValue<Result: ~Copyable, Failure: Error>(
    of id: NodeID, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try values.lend(record(id).value, body)
  }

  /// Whether a scalar's decoded value is this text.
  public func hasValue(_ id: NodeID, _ text: StaticString) -> Bool {
    let record = self.record(id)
    return record.kind.isScalar && values.isEqual(record.value, text)
  }

  /// The node that an alias refers to, which may be a collection that holds the alias; nil for other
  /// nodes.
  public func target(of id: NodeID) -> NodeID? {
    let record = self.record(id)
    return record.kind == .alias ? NodeID(index: record.valueStart) : nil
  }

  /// The second and later keys of a mapping that have the decoded value of an earlier one.
  ///
  /// Keys that are collections are not compared.
  public func duplicateKeys(of id: NodeID) -> [NodeID] {
    guard record(id).kind.isMapping else { return [] }
    var count = 0
    for _ in eachPair(of: id) { count += 1 }
    if count <= 16 { return fewDuplicates(of: id) }
    // Other bytes make another key, whatever a `String` makes of them.
    var seen: Set<[UInt8]> = []
    return eachPair(of: id).compactMap { pair in
      guard let name = string(of: target(of: pair.key) ?? pair.key) else { return nil }
      return seen.insert(Array(name.utf8)).inserted ? nil : pair.key
    }
  }

  private func fewDuplicates(of id: NodeID) -> [NodeID] {
    var result: [NodeID] = []
    for later in eachPair(of: id) {
      let key = record(target(of: later.key) ?? later.key)
      guard key.kind.isScalar else { continue }
      for earlier in eachPair(of: id) {
        if earlier.key == later.key { break }
        let other = record(target(of: earlier.key) ?? earlier.key)
        if other.kind.isScalar, values.areEqual(key.value, other.value) {
          result.append(later.key)
          break
        }
      }
    }
    return result
  }

  /// The line and column of an offset.
  public func position(of offset: Int, in bytes: Span<UInt8>) -> SourcePosition {
    lines.position(of: offset, in: bytes)
  }
}
