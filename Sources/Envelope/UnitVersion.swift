internal import CryptoCore
public import Manifest
public import YAMLSource

/// One version of a Secret, with what its values can be told apart by.
public struct UnitVersion: Sendable {
  /// The Secret.
  public let identity: UnitIdentity
  /// Where it begins.
  public let position: SourcePosition
  /// Whether it has an envelope.
  public let isSealed: Bool
  /// The envelope, when it has one that can be read.
  public let envelope: Envelope?
  /// Its values and comments, in order; aliases are left out.
  public let entries: [EntryVersion]

  init(_ unit: PlacedUnit, source: Span<UInt8>) {
    identity = unit.unit.identity
    position = unit.start
    isSealed = unit.unit.envelope != nil
    envelope = unit.unit.envelope.flatMap { annotation in
      try? UnitSeal.envelope(of: unit, annotation: annotation, source: source)
    }
    entries = unit.entries.filter(\.kind.isSealed).map { entry in
      EntryVersion(
        name: entry.name, kind: entry.kind,
        token: entry.token.map { TokenDigest(of: source.extracting($0)) })
    }
  }
}

/// One value or comment of a version of a Secret.
public struct EntryVersion: Sendable, Hashable {
  /// Its name, `data/password`, or `data#` for a comment.
  public let name: String
  /// A value or a comment.
  public let kind: EntryKind
  /// Which token it is; nil for what stands there in plaintext.
  public let token: TokenDigest?

  /// Makes one, for what other formats have.
  public init(name: String, kind: EntryKind, token: TokenDigest?) {
    self.name = name
    self.kind = kind
    self.token = token
  }
}

/// Which token it is: half of its SHA-256, tokens being public.
public struct TokenDigest: Sendable, Hashable {
  private let high: UInt64
  private let low: UInt64

  /// The digest of a token, or of other public text that is to be known again.
  public init(of token: Span<UInt8>) {
    let digest = SHA256.hash(public: token, Span())
    func number(_ range: Range<Int>) -> UInt64 {
      range.reduce(0) { $0 << 8 | UInt64(digest.bytes[$1]) }
    }
    high = number(0..<8)
    low = number(8..<16)
  }
}
