public import YAMLSource

/// What an entry of a unit is (docs/format.md, sections 2.1 and 2.2).
public enum EntryKind: Sendable, Hashable {
  /// A scalar.
  case value
  /// An alias to another entry.
  case alias
  /// A comment.
  case comment
  /// A place in a sealed field of an object that is no Secret where nothing is to be hidden.
  case empty(EmptyNode)

  /// Whether a token takes its place; the others stay as they are.
  public var isSealed: Bool { self == .value || self == .comment }

  /// Whether there is nothing in it.
  public var isEmpty: Bool {
    if case .empty = self { true } else { false }
  }
}

/// A node without anything in it.
public enum EmptyNode: Sendable, Hashable {
  /// `{}`.
  case mapping
  /// `[]`.
  case sequence
  /// Nothing at all, behind a `:` or `-`.
  case absent
}

/// What must be put in front of a token, a plain scalar, that what it replaces did without.
public enum TokenInsertion: Sendable {
  /// Nothing.
  case none
  /// A space.
  case space
  /// A colon and a space.
  case colonSpace
}

/// A value, alias or comment under `data` or `stringData`, or in a field that is sealed.
public struct UnitEntry: Sendable {
  /// What it is.
  public let kind: EntryKind
  /// The keys that lead to it, for an element of a sequence its number; for a comment those of the
  /// collection that it stands in.
  public let path: [String]
  /// The path as one text, `data/tls.crt`, `data#` for a comment.
  public let name: String
  /// The node; nil for a comment.
  public let node: NodeID?
  /// The bytes that a token replaces.
  public let contentRange: Range<Int>
  /// The anchor with its `&`.
  public let anchor: Range<Int>?
  /// The tag with its `!`.
  public let tag: Range<Int>?
  /// What a token needs in front.
  public let insertion: TokenInsertion
  /// Where the token's text stands; nil when it is not a token.
  public let token: Range<Int>?
}

/// The annotation that holds a unit's envelope.
public struct EnvelopeAnnotation: Sendable {
  /// The name of the annotation.
  public static let name = "sealwax.dev/envelope"

  /// Its key.
  public let key: NodeID
  /// Its value.
  public let value: NodeID
  /// Its value's text.
  public let text: String
}

/// One Kubernetes Secret in a manifest, or another object of which fields are sealed.
public struct SecretUnit: Sendable {
  /// The index of its document.
  public let document: Int
  /// Its mapping.
  public let root: NodeID
  /// Its identity.
  public let identity: UnitIdentity
  /// Its `type`, empty when it has none.
  public let typeName: String
  /// Where it begins.
  public let position: SourcePosition
  /// Its values, aliases and comments, in the order of the text.
  public let entries: [UnitEntry]
  /// Its envelope, when it is sealed.
  public let envelope: EnvelopeAnnotation?
  /// Which fields are sealed; empty for a Secret, of which that is known.
  public let fields: [FieldPattern]
  /// Its number among the objects of the text that are no Secrets; 0 for a Secret.
  package let number: Int
  /// Its number among all objects of the text.
  package let place: Int

  /// Whether it is a Secret.
  public var isSecret: Bool { identity.isSecret }

  /// For people: "Secret default/db".
  public var label: String { identity.label }
}

/// The kind of a document, or of an element of a list.
public struct DocumentKind: Sendable {
  /// Its `apiVersion`, empty when it has none.
  public let apiVersion: String
  /// Its `kind`, empty when it has none.
  public let kind: String
}
