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
  /// Every comment, from its `#` to the end of the line without the line break, in order. The
  /// comment behind a block scalar's indicator belongs to the scalar.
  public let comments: [Range<Int>]
  private let records: [NodeRecord]
  private let values: ValueStore
  private let lines: LineTable

  init(
    syntax: SourceSyntax, documents: [SourceDocument], comments: [Range<Int>],
    records: [NodeRecord], values: consuming WipedBuffer, lines: LineTable
  ) {
    self.syntax = syntax
    self.documents = documents
    self.comments = comments
    self.records = records
    self.values = ValueStore(buffer: values)
    self.lines = lines
  }

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - bytes: The text, UTF-8 with or without a byte order mark.
  ///   - syntax: The syntax; when nil, JSON if the text begins with `{` or `[` and is JSON, else
  ///     YAML.
  ///   - limits: What it may cost.
  /// - Throws: `SourceError` with the position of what is wrong.
  public static func parse(
    _ bytes: Span<UInt8>, syntax: SourceSyntax? = nil, limits: SourceLimits = SourceLimits()
  ) throws(SourceError) -> SourceTree {
    guard bytes.count <= limits.byteCount else {
      throw SourceError(
        .tooLarge, "the text is larger than \(limits.byteCount >> 20) MiB",
        at: SourcePosition(offset: 0, line: 1, column: 1))
    }
    if syntax == .json { return try JSONReader.read(bytes, limits: limits) }
    if syntax == nil, beginsLikeJSON(bytes) {
      do { return try JSONReader.read(bytes, limits: limits) } catch {
        guard error.code == .syntax else { throw error }
      }
    }
    return try YAMLReader.read(bytes, limits: limits)
  }

  private static func beginsLikeJSON(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices {
      switch bytes[index] {
      case 0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf: continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): return true
      default: return false
      }
    }
    return false
  }

  /// A node.
  public subscript(id: NodeID) -> Node {
    let record = self.record(id)
    return Node(
      kind: record.kind, parent: record.parent < 0 ? nil : NodeID(index: record.parent),
      range: Int(record.start)..<Int(record.end),
      contentRange: Int(record.contentStart)..<Int(record.end),
      anchor: record.anchorStart < 0 ? nil : Int(record.anchorStart)..<Int(record.anchorEnd),
      tag: record.tagStart < 0 ? nil : Int(record.tagStart)..<Int(record.tagEnd))
  }

  private func record(_ id: NodeID) -> NodeRecord {
    precondition(records.indices.contains(Int(id.index)), "a node of another tree")
    return records[Int(id.index)]
  }

  /// The elements of a sequence, or the keys and values of a mapping in turn.
  public func children(of id: NodeID) -> [NodeID] {
    let record = self.record(id)
    var result: [NodeID] = []
    result.reserveCapacity(Int(record.childCount))
    var child = record.firstChild
    while child >= 0 {
      result.append(NodeID(index: child))
      child = records[Int(child)].next
    }
    return result
  }

  /// The elements of a sequence; empty for other nodes.
  public func items(of id: NodeID) -> [NodeID] {
    guard case .sequence = record(id).kind else { return [] }
    return children(of: id)
  }

  /// The keys and values of a mapping; empty for other nodes.
  public func pairs(of id: NodeID) -> [(key: NodeID, value: NodeID)] {
    guard case .mapping = record(id).kind else { return [] }
    let record = self.record(id)
    var result: [(key: NodeID, value: NodeID)] = []
    result.reserveCapacity(Int(record.childCount) / 2)
    var key = record.firstChild
    while key >= 0 {
      let value = records[Int(key)].next
      guard value >= 0 else { break }
      result.append((NodeID(index: key), NodeID(index: value)))
      key = records[Int(value)].next
    }
    return result
  }

  /// Where the `:` between a key and its value stands; nil when there is none.
  public func colon(between key: NodeID, and value: NodeID, in source: Span<UInt8>) -> Int? {
    var index = Int(record(key).end)
    let end = min(Int(record(value).start), source.count)
    while index < end {
      switch source[index] {
      case UInt8(ascii: ":"): return index
      case UInt8(ascii: "#"):
        while index < end, source[index] != 0x0a, source[index] != 0x0d { index += 1 }
      default: index += 1
      }
    }
    return nil
  }

  /// A scalar's decoded value as text; nil for other nodes.
  public func string(of id: NodeID) -> String? {
    guard case .scalar = record(id).kind else { return nil }
    return withValue(of: id) { span in
      unsafe span.withUnsafeBufferPointerForText { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Lends a scalar's decoded value; empty for other nodes.
  public func withValue<Result, Failure: Error>(
    of id: NodeID, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let record = self.record(id)
    guard case .scalar = record.kind else { return try body([UInt8]().span) }
    return try values.lend(Int(record.valueStart)..<Int(record.valueEnd), body)
  }

  /// Whether a scalar's decoded value is this text.
  public func hasValue(_ id: NodeID, _ text: StaticString) -> Bool {
    let record = self.record(id)
    guard case .scalar = record.kind,
      Int(record.valueEnd - record.valueStart) == text.utf8CodeUnitCount
    else { return false }
    return string(of: id) == text.description
  }

  /// The node that an alias refers to; nil for other nodes.
  public func target(of id: NodeID) -> NodeID? {
    let record = self.record(id)
    guard record.kind == .alias, record.valueStart >= 0 else { return nil }
    return NodeID(index: record.valueStart)
  }

  /// The second and later keys of a mapping that have the value of an earlier one.
  public func duplicateKeys(of id: NodeID) -> [NodeID] {
    var seen: Set<String> = []
    return pairs(of: id).compactMap { pair in
      guard let name = string(of: pair.key) else { return nil }
      return seen.insert(name).inserted ? nil : pair.key
    }
  }

  /// The line and column of an offset.
  public func position(of offset: Int, in bytes: Span<UInt8>) -> SourcePosition {
    lines.position(of: offset, in: bytes)
  }
}

/// Decoded values, in one buffer that is wiped when the tree goes.
struct ValueStore: ~Copyable, Sendable {
  let buffer: WipedBuffer

  borrowing func lend<Result, Failure: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(buffer.bytes.extracting(range))
  }
}
