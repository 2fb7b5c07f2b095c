internal import Manifest

/// What the key of an entry's token is derived from, and what AES-GCM authenticates beside it
/// (`value-info` in docs/format.md, section 3), for one entry of a unit after the other.
struct EntryContext {
  private static let valueLabel = CanonicalBytes(label: "sealwax v1 value key")
  private static let commentLabel = CanonicalBytes(label: "sealwax v1 comment key")

  private var value: CanonicalBytes
  private var comment: CanonicalBytes
  private let valuePrefixCount: Int
  private let commentPrefixCount: Int

  init(_ unit: UnitContext) {
    value = CanonicalBytes(reserving: 256)
    value.append(raw: Self.valueLabel)
    value.append(raw: unit.encoding)
    valuePrefixCount = value.count
    comment = CanonicalBytes(reserving: 256)
    comment.append(raw: Self.commentLabel)
    comment.append(raw: unit.encoding)
    commentPrefixCount = comment.count
  }

  /// The encoding for one entry.
  mutating func info(of entry: UnitEntry) -> CanonicalBytes {
    switch entry.kind {
    case .comment:
      comment.truncate(to: commentPrefixCount)
      comment.append(list: entry.path)
      return comment
    case .value, .alias, .empty:
      value.truncate(to: valuePrefixCount)
      value.append(list: entry.path)
      return value
    }
  }
}
