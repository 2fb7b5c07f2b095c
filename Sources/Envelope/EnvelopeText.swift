public import Manifest

/// The digest of one entry, by which changes since the seal are named without a key.
public struct EntryDigest: Sendable, Hashable {
  /// The entry's name, `data/password` or `data#`.
  public let name: String
  /// Base64 of 6 bytes.
  public let digest: String
}

/// A `signature` line.
public struct SignatureLine: Sendable, Hashable {
  /// The Ed25519 public key, 32 bytes.
  public let publicKey: [UInt8]
  /// The signature, 64 bytes.
  public let signature: [UInt8]
}

/// The text of the annotation `sealwax.dev/envelope` (docs/format.md, section 5).
public struct Envelope: Sendable {
  /// The cipher of the values.
  public let cipher: CipherName
  /// How much of the identity is bound.
  public let scope: SealScope
  /// The wrapped keys, in order; at least one.
  public let recipients: [RecipientLine]
  /// Which fields are sealed; none for a Secret, of which that is known.
  public let fields: [FieldPattern]
  /// What was inserted into the document.
  public let layout: EnvelopeLayout
  /// The commitment to the DEK, 32 bytes.
  public let commitment: [UInt8]
  /// When the DEK was made.
  public let made: SealTime
  /// The seal, 32 bytes.
  public internal(set) var seal: [UInt8]
  /// Signatures, not covered by the seal.
  public internal(set) var signatures: [SignatureLine]

  /// The lines that the seal covers, from header to commitment, joined by LF.
  let sealedLines: [UInt8]
  /// What stands behind the seal: for the unit and each entry a space, a name, `:` and a digest.
  var digestText: [UInt8]

  /// The most `to` lines that an envelope may have.
  public static let maximumRecipientCount = 1024
  /// The most `to age scrypt` lines: each costs the reader with a passphrase a second.
  public static let maximumPassphraseCount = 8
  /// The most `signature` lines.
  public static let maximumSignatureCount = 64
  /// The longest envelope, in bytes.
  public static let maximumByteCount = 4 << 20

  init(
    cipher: CipherName, scope: SealScope, recipients: [RecipientLine], fields: [FieldPattern],
    layout: EnvelopeLayout, commitment: [UInt8], made: SealTime
  ) {
    var lines: [UInt8] = []
    lines.reserveCapacity(192 + recipients.reduce(0) { $0 + $1.wrap.count * 4 / 3 + 160 })
    lines += "sealwax v1 \(cipher.rawValue) \(scope.rawValue)\n".utf8
    for recipient in recipients {
      recipient.append(to: &lines)
      lines.append(0x0a)
    }
    for field in fields { lines += "field \(field.text)\n".utf8 }
    lines += "layout \(layout.rawValue)\ncommit ".utf8
    lines += PublicBase64.encode(commitment).utf8
    lines += " \(made.text)".utf8
    self.init(
      cipher: cipher, scope: scope, recipients: recipients, fields: fields, layout: layout,
      commitment: commitment, made: made, seal: [], signatures: [],
      sealedLines: lines, digestText: [])
  }

  init(
    cipher: CipherName, scope: SealScope, recipients: [RecipientLine], fields: [FieldPattern],
    layout: EnvelopeLayout, commitment: [UInt8], made: SealTime, seal: [UInt8],
    signatures: [SignatureLine], sealedLines: [UInt8], digestText: [UInt8]
  ) {
    self.cipher = cipher
    self.scope = scope
    self.recipients = recipients
    self.fields = fields
    self.layout = layout
    self.commitment = commitment
    self.made = made
    self.seal = seal
    self.signatures = signatures
    self.sealedLines = sealedLines
    self.digestText = digestText
  }

  /// The digest of what is bound of the unit, its type and the envelope's lines, then one an entry,
  /// in order.
  public var digests: [EntryDigest] { EntryDigest.list(digestText) }

  /// The envelope as text, lines separated by LF.
  public var text: String {
    var text: [UInt8] = []
    text.reserveCapacity(sealedLines.count + digestText.count + signatures.count * 160 + 64)
    text += sealedLines
    text += "\nseal ".utf8
    text += PublicBase64.encode(seal).utf8
    text += digestText
    for line in signatures {
      text += "\nsignature ed25519 \(PublicBase64.encode(line.publicKey)) ".utf8
      text += PublicBase64.encode(line.signature).utf8
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension EntryDigest {
  /// What stands in the place of a name in the first digest; no entry is called so.
  static let unitName = "unit"

  /// The digests of a seal line that has been checked against the grammar.
  static func list(_ text: [UInt8]) -> [EntryDigest] {
    text.split(separator: UInt8(ascii: " ")).compactMap { field in
      guard let colon = field.lastIndex(of: UInt8(ascii: ":")) else { return nil }
      return EntryDigest(
        name: String(decoding: field[..<colon], as: UTF8.self),
        digest: String(decoding: field[(colon + 1)...], as: UTF8.self))
    }
  }
}
