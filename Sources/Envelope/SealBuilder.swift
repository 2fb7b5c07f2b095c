internal import CryptoCore
internal import Manifest

/// The encoding `body` of docs/format.md, section 5.3, in two parts, with its digests.
struct SealBody {
  /// What is bound of the unit, its type and the lines of the envelope.
  let head: CanonicalBytes
  /// The entries, with their number in front.
  let entries: CanonicalBytes
  /// As the seal line has them: for the head and each entry a space, a name, `:` and a digest.
  let digestText: [UInt8]
}

/// Gathers what the seal and the signatures of a unit cover (docs/format.md, section 5.3).
struct SealBuilder {
  private static let valueKind = CanonicalBytes(label: "value")
  private static let aliasKind = CanonicalBytes(label: "alias")
  private static let commentKind = CanonicalBytes(label: "comment")
  private static let mappingKind = CanonicalBytes(label: "mapping")
  private static let sequenceKind = CanonicalBytes(label: "sequence")
  private static let absentKind = CanonicalBytes(label: "absent")
  private static let digestLabel = CanonicalBytes(label: "sealwax v1 digest")
  private static let unitDigestLabel = CanonicalBytes(label: "sealwax v1 unit digest")
  private static let sealLabel = CanonicalBytes(label: "sealwax v1 seal")
  private static let signatureLabel = CanonicalBytes(label: "sealwax v1 signature")

  private var entries: CanonicalBytes
  private let declaredCount: Int
  private var entryCount = 0
  private var digestText: [UInt8] = []

  /// Nothing yet, with room for so many entries whose tokens take so many bytes, about.
  init(entryCount: Int, tokenByteCount: Int) {
    entries = CanonicalBytes(reserving: 256 + entryCount * 48 + tokenByteCount)
    entries.append(count: entryCount)
    declaredCount = entryCount
    digestText.reserveCapacity(entryCount * 40)
  }

  /// Adds the next entry in the document's order; `text` is its token, or the alias; empty where
  /// nothing is.
  mutating func add(_ entry: UnitEntry, text: Span<UInt8>, source: Span<UInt8>) {
    let start = entries.count
    switch entry.kind {
    case .value: entries.append(raw: Self.valueKind)
    case .alias: entries.append(raw: Self.aliasKind)
    case .comment: entries.append(raw: Self.commentKind)
    case .empty(.mapping): entries.append(raw: Self.mappingKind)
    case .empty(.sequence): entries.append(raw: Self.sequenceKind)
    case .empty(.absent): entries.append(raw: Self.absentKind)
    }
    entries.append(list: entry.path)
    entries.append(source.extracting(entry.anchor ?? 0..<0))
    entries.append(source.extracting(entry.tag ?? 0..<0))
    entries.append(text)
    entryCount += 1

    let label = Self.digestLabel.bytes
    let digest = SHA256.hash(public: label.span, entries.bytes.span.extracting(start...))
    Self.append(digest, of: entry.name, to: &digestText)
  }

  private static func append(_ digest: SHA256.Digest, of name: String, to text: inout [UInt8]) {
    text.append(UInt8(ascii: " "))
    text.append(contentsOf: name.utf8)
    text.append(UInt8(ascii: ":"))
    text.append(contentsOf: Base64.string(digest.bytes.extracting(..<6)).utf8)
  }

  /// The encoding `body` of the format; `lines` are the sealed lines, joined by LF.
  func body(context: UnitContext, typeName: String, lines: [UInt8]) -> SealBody {
    precondition(entryCount == declaredCount, "another number of entries")
    var body = CanonicalBytes(reserving: lines.count + 512)
    body.append(raw: context.encoding)
    body.append(typeName)
    let text = lines.span
    body.append(count: lines.count { $0 == 0x0a } + 1)
    var start = 0
    while let end = text.firstIndex(of: 0x0a, from: start) {
      body.append(text.extracting(start..<end))
      start = end + 1
    }
    body.append(text.extracting(start...))
    let label = Self.unitDigestLabel.bytes
    let digest = SHA256.hash(public: label.span, body.bytes.span)
    var digests: [UInt8] = []
    digests.reserveCapacity(digestText.count + 16)
    Self.append(digest, of: EntryDigest.unitName, to: &digests)
    digests += digestText
    return SealBody(head: body, entries: entries, digestText: digests)
  }

  /// The seal over a body, 32 bytes.
  static func seal(_ body: SealBody, key: borrowing SymmetricKey<HMACSHA256>) -> [UInt8] {
    let label = sealLabel.bytes
    var code = HMACSHA256.Stream(key: key)
    code.update(label.span)
    code.update(body.head.bytes.span)
    code.update(body.entries.bytes.span)
    return [UInt8](copying: code.finalize().bytes)
  }

  /// What a signature covers.
  static func signedMessage(_ body: SealBody, seal: [UInt8]) -> CanonicalBytes {
    var message = CanonicalBytes(reserving: body.head.count + body.entries.count + 80)
    message.append(raw: signatureLabel)
    message.append(raw: body.head)
    message.append(raw: body.entries)
    message.append(seal.span)
    return message
  }
}
