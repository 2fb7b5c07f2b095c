/// Names a node of a tree.
public struct NodeID: Hashable, Sendable {
  let index: Int32

  /// Its place in the order in which the tree's nodes begin.
  public var place: Int { Int(index) }
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
  /// Without them.
  ///
  /// A scalar's exact source text with quotes or block indicator. A block scalar's holds the comment
  /// behind its indicator and the blank lines behind its text, and ends in front of its final line
  /// break. An absent scalar's is empty and stands directly behind the `:` or `-` in front of it,
  /// behind its anchor and tag if it has any, or behind its key when there is no `:`. A block
  /// collection's runs from its first `-`, `?` or key to the end of its last node.
  public let contentRange: Range<Int>
  /// The anchor with its `&`.
  public let anchor: Range<Int>?
  /// The tag with its `!`.
  public let tag: Range<Int>?
}

/// A document of a stream.
public struct SourceDocument: Sendable {
  /// The root, nil when there is nothing but comments.
  public let root: NodeID?
  /// From the document's beginning, its directives and `---` included, to its end, its `...`
  /// included.
  public let range: Range<Int>
}
