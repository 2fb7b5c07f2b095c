/// Names a node of a tree.
public struct NodeID: Hashable, Sendable {
  let index: Int32
}

/// How a scalar is written.
public enum ScalarStyle: Sendable, Equatable {
  /// Without quotes; in JSON also a number, `true`, `false`, `null`.
  case plain
  /// In single quotes.
  case singleQuoted
  /// In double quotes.
  case doubleQuoted
  /// As a literal block.
  case literal
  /// As a folded block.
  case folded
  /// Not at all: nothing stands where a scalar could.
  case absent
}

/// A node and where its parts stand, in bytes from the beginning of the text.
public struct Node: Sendable {
  /// The kinds of nodes.
  public enum Kind: Sendable, Equatable {
    /// A scalar.
    case scalar(ScalarStyle)
    /// An alias to another node.
    case alias
    /// A sequence.
    case sequence(isFlow: Bool)
    /// A mapping.
    case mapping(isFlow: Bool)
  }

  /// The kind.
  public let kind: Kind
  /// The collection it stands in.
  public let parent: NodeID?
  /// With its anchor and tag.
  public let range: Range<Int>
  /// Without them. A scalar's exact source text with quotes or block indicator; a block scalar's
  /// ends in front of its final line break; an absent scalar's is empty and stands where the
  /// scalar would.
  public let contentRange: Range<Int>
  /// The anchor with its `&`.
  public let anchor: Range<Int>?
  /// The tag with its `!`.
  public let tag: Range<Int>?
}

/// A key and its value.
public struct Pair: Sendable {
  /// The key.
  public let key: NodeID
  /// The value; an absent scalar when there is none.
  public let value: NodeID
  /// Where the `:` stands, or nil when there is none.
  public let colon: Int?
}

/// A document of a stream.
public struct SourceDocument: Sendable {
  /// The root, nil when there is nothing but comments.
  public let root: NodeID?
  /// From the document's beginning, its `---` included, to its end.
  public let range: Range<Int>
}

/// What the tree keeps of a node: offsets in 32 bits, since a text has at most 32 MiB.
struct NodeRecord {
  var kind: Node.Kind
  var parent: Int32 = -1
  var firstChild: Int32 = -1
  var lastChild: Int32 = -1
  var next: Int32 = -1
  var childCount: Int32 = 0
  var start: Int32 = 0
  var contentStart: Int32 = 0
  var end: Int32 = 0
  var anchorStart: Int32 = -1
  var anchorEnd: Int32 = -1
  var tagStart: Int32 = -1
  var tagEnd: Int32 = -1
  /// The decoded value in the tree's store; for an alias the target's index in `valueStart`.
  var valueStart: Int32 = 0
  var valueEnd: Int32 = 0
}
