/// What the tree keeps of a node: offsets in 32 bits, since a text has at most 1 GiB.
///
/// Records stand in the order in which nodes begin, so a collection's first child follows it and
/// `next` leads from child to child.
struct NodeRecord {
  enum Kind: UInt8 {
    case plain, singleQuoted, doubleQuoted, literal, folded, absent
    case alias, blockSequence, flowSequence, blockMapping, flowMapping

    var isScalar: Bool { rawValue <= Kind.absent.rawValue }
    var isSequence: Bool { self == .blockSequence || self == .flowSequence }
    var isMapping: Bool { self == .blockMapping || self == .flowMapping }
    var isFlow: Bool { self == .flowSequence || self == .flowMapping }

    var publicKind: Node.Kind {
      switch self {
      case .plain: .scalar(.plain)
      case .singleQuoted: .scalar(.singleQuoted)
      case .doubleQuoted: .scalar(.doubleQuoted)
      case .literal: .scalar(.literal)
      case .folded: .scalar(.folded)
      case .absent: .scalar(.absent)
      case .alias: .alias
      case .blockSequence: .sequence(isFlow: false)
      case .flowSequence: .sequence(isFlow: true)
      case .blockMapping: .mapping(isFlow: false)
      case .flowMapping: .mapping(isFlow: true)
      }
    }
  }

  var kind: Kind
  /// Whether the tree has a `PropertyRecord` for it.
  var hasProperties = false
  var parent: Int32 = -1
  /// The index behind the node and all it holds.
  var next: Int32 = 0
  var start: Int32
  var contentStart: Int32
  var end: Int32
  /// The decoded value in the tree's store; for an alias the target's index in `valueStart`.
  var valueStart: Int32 = 0
  var valueEnd: Int32 = 0

  init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    start = Int32(truncatingIfNeeded: range.lowerBound)
    contentStart = start
    end = Int32(truncatingIfNeeded: range.upperBound)
  }

  /// A scalar's value in the store.
  var value: Range<Int> {
    get { kind.isScalar ? Int(valueStart)..<Int(valueEnd) : 0..<0 }
    set {
      valueStart = Int32(truncatingIfNeeded: newValue.lowerBound)
      valueEnd = Int32(truncatingIfNeeded: newValue.upperBound)
    }
  }
}

/// A node's anchor and tag.
struct PropertyRecord {
  var node: Int32 = 0
  var anchor: Range<Int>?
  var tag: Range<Int>?
  /// The tag with its handle resolved, in the tree's store.
  var tagValue = 0..<0

  /// Where the last of the two ends.
  var end: Int? {
    switch (anchor, tag) {
    case (let anchor?, let tag?): max(anchor.upperBound, tag.upperBound)
    case (let anchor?, nil): anchor.upperBound
    case (nil, let tag): tag?.upperBound
    }
  }
}
