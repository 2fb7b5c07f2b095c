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
  /// What was inserted into the document.
  public let layout: EnvelopeLayout
  /// The commitment to the DEK, 32 bytes.
  public let commitment: [UInt8]
  /// The seal, 32 bytes.
  public var seal: [UInt8]
  /// One digest an entry, in order.
  public var digests: [EntryDigest]
  /// Signatures, not covered by the seal.
  public var signatures: [SignatureLine]

  /// The most `to` lines that an envelope may have.
  public static let maximumRecipientCount = 1024
  /// The longest envelope, in bytes.
  public static let maximumByteCount = 4 << 20

  /// The lines that the seal covers: header, recipients, layout, commitment.
  var sealedLines: [String] {
    ["sealwax v1 \(cipher.rawValue) \(scope.rawValue)"] + recipients.map(\.line)
      + ["layout \(layout.rawValue)", "commit \(PublicBase64.encode(commitment))"]
  }

  /// The envelope as text, lines separated by LF.
  public var text: String { text(lines: sealedLines) }

  /// The same with the sealed lines at hand.
  func text(lines: [String]) -> String {
    var text = lines.joined(separator: "\n")
    text += "\nseal \(PublicBase64.encode(seal))"
    for digest in digests { text += " \(digest.name):\(digest.digest)" }
    for line in signatures {
      text += "\nsignature ed25519 \(PublicBase64.encode(line.publicKey)) "
      text += PublicBase64.encode(line.signature)
    }
    return text
  }
}
