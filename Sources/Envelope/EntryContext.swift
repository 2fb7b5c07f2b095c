internal import Manifest

/// What the key of one entry's token is derived from, and what AES-GCM authenticates beside it
/// (`value-info` in docs/format.md, section 3).
enum EntryContext {
  static func encode(
    _ kind: EntryKind, path: [String], in unit: UnitContext
  ) -> CanonicalBytes {
    var info = CanonicalBytes(reserving: 256)
    switch kind {
    case .comment: info.append(label: "sealwax v1 comment key")
    case .value, .alias: info.append(label: "sealwax v1 value key")
    }
    info.append(raw: unit.encoding)
    info.append(list: path)
    return info
  }
}
