internal import Manifest

extension Envelope {
  /// Reads an envelope strictly: what it gives writes itself back as the same text.
  ///
  /// - Throws: `.unsupportedVersion` or `.malformedEnvelope`.
  public static func parse(_ text: String) throws(EnvelopeError) -> Envelope {
    guard text.utf8.count <= maximumByteCount else {
      throw EnvelopeError(.malformedEnvelope, "the envelope is too large")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    let header = (lines.popFirst() ?? "").split(separator: " ", omittingEmptySubsequences: false)
    guard header.first == "sealwax", header.count >= 2 else {
      throw malformed("it does not begin with 'sealwax v1'")
    }
    guard header[1] == "v1" else {
      throw EnvelopeError(
        .unsupportedVersion, "the envelope is of another version than v1, which this program knows")
    }
    guard header.count == 4, let cipher = CipherName(rawValue: String(header[2])),
      let scope = SealScope(rawValue: String(header[3]))
    else { throw malformed("unknown cipher or scope") }

    var recipients: [RecipientLine] = []
    while let line = lines.first, line.hasPrefix("to ") {
      lines.removeFirst()
      recipients.append(try recipient(line))
      guard recipients.count <= maximumRecipientCount else {
        throw malformed("too many recipients")
      }
    }
    guard !recipients.isEmpty else { throw malformed("no recipient") }

    guard let layoutLine = lines.popFirst(), layoutLine.hasPrefix("layout "),
      let layout = EnvelopeLayout(rawValue: String(layoutLine.dropFirst(7)))
    else { throw malformed("unknown layout") }
    guard let commitLine = lines.popFirst(), commitLine.hasPrefix("commit "),
      let commitment = PublicBase64.decode(commitLine.dropFirst(7)), commitment.count == 32
    else { throw malformed("the commitment is not 32 bytes") }
    guard let sealLine = lines.popFirst() else { throw malformed("no seal") }
    let (seal, digests) = try parseSeal(sealLine)

    var signatures: [SignatureLine] = []
    for line in lines {
      let fields = line.split(separator: " ", omittingEmptySubsequences: false)
      guard fields.count == 4, fields[0] == "signature", fields[1] == "ed25519",
        let publicKey = PublicBase64.decode(fields[2]), publicKey.count == 32,
        let signature = PublicBase64.decode(fields[3]), signature.count == 64
      else { throw malformed("a signature line is not one") }
      signatures.append(SignatureLine(publicKey: publicKey, signature: signature))
    }
    return Envelope(
      cipher: cipher, scope: scope, recipients: recipients, layout: layout,
      commitment: commitment, seal: seal, digests: digests, signatures: signatures)
  }

  private static func recipient(_ line: Substring) throws(EnvelopeError) -> RecipientLine {
    let fields = line.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count == 5, let kind = RecipientKind(rawValue: String(fields[1])),
      !fields[2].isEmpty, fields[2].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
      let wrap = PublicBase64.decode(fields[4]), !wrap.isEmpty
    else { throw malformed("a 'to' line is not one") }
    let name = String(fields[3])
    guard name == "-" || RecipientDescription.isName(name) else {
      throw malformed("a recipient's name is not one")
    }
    return RecipientLine(
      recipient: RecipientDescription(
        kind: kind, text: String(fields[2]), name: name == "-" ? nil : name), wrap: wrap)
  }

  private static func parseSeal(
    _ line: Substring
  ) throws(EnvelopeError) -> (seal: [UInt8], digests: [EntryDigest]) {
    let fields = line.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count >= 2, fields[0] == "seal", let seal = PublicBase64.decode(fields[1]),
      seal.count == 32
    else { throw malformed("the seal is not 32 bytes") }
    var digests: [EntryDigest] = []
    digests.reserveCapacity(fields.count - 2)
    for field in fields.dropFirst(2) {
      let parts = field.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, parts[1].utf8.count == 8,
        PublicBase64.decode(parts[1]) != nil
      else { throw malformed("a digest is not one") }
      digests.append(EntryDigest(name: String(parts[0]), digest: String(parts[1])))
    }
    return (seal, digests)
  }

  private static func malformed(_ reason: String) -> EnvelopeError {
    EnvelopeError(.malformedEnvelope, "the envelope is malformed: \(reason)")
  }
}
