internal import CryptoCore
internal import Manifest

/// Gathers what the seal and the signatures of a unit cover (docs/format.md, section 5.3).
struct SealBuilder {
  private var entries = CanonicalBytes(reserving: 1024)
  private var entryCount = 0
  private(set) var digests: [EntryDigest] = []

  /// Adds the next entry in the document's order; `text` is its token, or the alias.
  mutating func add(
    kind: EntryKind, path: [String], name: String, anchor: Span<UInt8>, tag: Span<UInt8>,
    text: Span<UInt8>
  ) {
    let start = entries.bytes.count
    switch kind {
    case .value: entries.append(label: "value")
    case .alias: entries.append(label: "alias")
    case .comment: entries.append(label: "comment")
    }
    entries.append(list: path)
    entries.append(anchor)
    entries.append(tag)
    entries.append(text)
    entryCount += 1

    var label = CanonicalBytes()
    label.append(label: "sealwax v1 digest")
    var hash = SHA256.Stream()
    hash.update(label.bytes.span)
    hash.update(entries.bytes.span.extracting(start...))
    let digest = hash.finalize()
    digests.append(
      EntryDigest(
        name: name, digest: PublicBase64.encode(digest.bytes.extracting(..<6).copied())))
  }

  /// The encoding `body` of the format.
  func body(
    context: UnitContext, typeName: String, lines: [String]
  ) -> CanonicalBytes {
    var body = CanonicalBytes(reserving: entries.bytes.count + 2048)
    body.append(raw: context.encoding)
    body.append(typeName)
    body.append(list: lines)
    body.append(count: entryCount)
    body.append(raw: entries)
    return body
  }

  /// What the seal is made over.
  static func sealedMessage(_ body: CanonicalBytes) -> CanonicalBytes {
    var message = CanonicalBytes(reserving: body.bytes.count + 32)
    message.append(label: "sealwax v1 seal")
    message.append(raw: body)
    return message
  }

  /// What a signature covers.
  static func signedMessage(_ body: CanonicalBytes, seal: [UInt8]) -> CanonicalBytes {
    var message = CanonicalBytes(reserving: body.bytes.count + 80)
    message.append(label: "sealwax v1 signature")
    message.append(raw: body)
    message.append(seal.span)
    return message
  }
}
