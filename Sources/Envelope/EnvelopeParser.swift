internal import CryptoCore
internal import Manifest

extension Envelope {
  /// Reads an envelope strictly: what it gives writes itself back as the same text.
  ///
  /// - Throws: `.unsupportedVersion` or `.malformedEnvelope`.
  public static func parse(_ text: String) throws(EnvelopeError) -> Envelope {
    guard text.utf8.count <= maximumByteCount else {
      throw EnvelopeError(.malformedEnvelope, "the envelope is too large")
    }
    var parser = EnvelopeParser(text)
    return try parser.parse()
  }

  /// The same of a unit: the fields of a Secret are known, and those of others are named.
  ///
  /// - Throws: As without a unit.
  static func parse(_ text: String, of unit: SecretUnit) throws(EnvelopeError) -> Envelope {
    let envelope = try parse(text)
    guard envelope.fields == unit.fields, envelope.fields.isEmpty == unit.isSecret else {
      throw EnvelopeError(
        .malformedEnvelope,
        unit.isSecret
          ? "the envelope is malformed: a Secret's names no fields"
          : "the envelope is malformed: it does not name the fields that are sealed")
    }
    return envelope
  }
}

/// Reads the lines of an envelope in turn.
///
/// Works on bytes: a `String` compares by canonical
/// equivalence and takes CR LF for one character.
private struct EnvelopeParser {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func parse() throws(EnvelopeError) -> Envelope {
    let (cipher, scope) = try header()
    guard bytes.span.isPrintableASCII else {
      throw malformed("it holds a character that cannot be in one")
    }
    let recipients = try recipients()
    let fields = try fields()

    let layoutFields = nextFields()
    guard layoutFields.count == 2, text(layoutFields[0]) == "layout",
      let layout = EnvelopeLayout(rawValue: text(layoutFields[1]))
    else { throw malformed("unknown layout") }
    let commitFields = nextFields()
    guard commitFields.count == 3, text(commitFields[0]) == "commit",
      let commitment = base64(commitFields[1]), commitment.count == 32
    else { throw malformed("the commitment is not 32 bytes and a time") }
    guard let made = SealTime(text(commitFields[2])) else {
      throw malformed("the time of the key is not one")
    }
    let sealedLines = Array(bytes[..<max(0, position - 1)])
    guard position <= bytes.count else { throw malformed("no seal") }
    let (seal, digestText) = try sealLine()

    return Envelope(
      cipher: cipher, scope: scope, recipients: recipients, fields: fields, layout: layout,
      commitment: commitment, made: made, seal: seal, signatures: try signatures(),
      sealedLines: sealedLines, digestText: digestText)
  }

  private mutating func header() throws(EnvelopeError) -> (CipherName, SealScope) {
    let fields = nextFields()
    guard fields.count >= 2, text(fields[0]) == "sealwax" else {
      throw malformed("it does not begin with 'sealwax v1'")
    }
    guard text(fields[1]) == "v1" else {
      throw EnvelopeError(
        .unsupportedVersion,
        "the envelope is of another version than v1, the one that this program knows")
    }
    guard fields.count == 4, let cipher = CipherName(rawValue: text(fields[2])),
      let scope = SealScope(rawValue: text(fields[3]))
    else { throw malformed("unknown cipher or scope") }
    return (cipher, scope)
  }

  private mutating func recipients() throws(EnvelopeError) -> [RecipientLine] {
    var recipients: [RecipientLine] = []
    var passphraseCount = 0
    while beginsWithRecipient {
      let recipient = try recipient()
      recipients.append(recipient)
      if recipient.recipient.isPassphrase { passphraseCount += 1 }
      guard recipients.count <= Envelope.maximumRecipientCount,
        passphraseCount <= Envelope.maximumPassphraseCount
      else { throw malformed("too many recipients") }
    }
    guard !recipients.isEmpty else { throw malformed("no recipient") }
    guard recipients.count == 1 || Self.areDifferent(recipients) else {
      throw malformed("a recipient stands twice")
    }
    return recipients
  }

  private static func areDifferent(_ recipients: [RecipientLine]) -> Bool {
    var seen: Set<String> = []
    return recipients.allSatisfy { line in
      line.recipient.isPassphrase || seen.insert(line.recipient.key).inserted
    }
  }

  private var beginsWithRecipient: Bool { begins(with: "to ") }

  private func begins(with text: StaticString) -> Bool {
    position <= bytes.count && bytes.span.extracting(position...).starts(with: text)
  }

  /// The fields that are sealed: in order, each once, and written in the one way.
  private mutating func fields() throws(EnvelopeError) -> [FieldPattern] {
    var fields: [FieldPattern] = []
    while begins(with: "field ") {
      let parts = nextFields()
      guard parts.count == 2, let field = try? FieldPattern(text(parts[1])),
        Array(field.text.utf8) == Array(bytes[parts[1]])
      else { throw malformed("a 'field' line is not one") }
      if let last = fields.last,
        !Array(last.text.utf8).lexicographicallyPrecedes(Array(field.text.utf8))
      {
        throw malformed("the 'field' lines are not in order")
      }
      fields.append(field)
      guard fields.count <= FieldPattern.maximumCount else { throw malformed("too many fields") }
    }
    return fields
  }

  private mutating func recipient() throws(EnvelopeError) -> RecipientLine {
    let fields = nextFields()
    guard fields.count == 5, let kind = RecipientKind(rawValue: text(fields[1])), kind != .other,
      !fields[2].isEmpty, let wrap = base64(fields[4]), !wrap.isEmpty
    else { throw malformed("a 'to' line is not one") }
    let name = text(fields[3])
    guard name == "-" || RecipientDescription.isName(name) else {
      throw malformed("a recipient's name is not one")
    }
    return RecipientLine(
      recipient: RecipientDescription(
        kind: kind, text: text(fields[2]), name: name == "-" ? nil : name), wrap: wrap)
  }

  /// The seal, and its digests as they stand.
  private mutating func sealLine() throws(EnvelopeError) -> (seal: [UInt8], digests: [UInt8]) {
    let isSeal = begins(with: "seal ")
    let line = nextLine()
    let start = line.lowerBound + 5
    let end = start + 44  // Base64 of 32 bytes
    guard isSeal, end <= line.upperBound, let seal = base64(start..<end), seal.count == 32
    else { throw malformed("the seal is not 32 bytes") }
    let digests = end..<line.upperBound
    guard DigestGrammar.accepts(bytes, digests) else { throw malformed("a digest is not one") }
    guard Self.beginsWithUnit(bytes[digests]) else { throw malformed("the unit has no digest") }
    return (seal, Array(bytes[digests]))
  }

  /// Whether the first digest is the unit's.
  private static func beginsWithUnit(_ digests: ArraySlice<UInt8>) -> Bool {
    digests.starts(with: " \(EntryDigest.unitName):".utf8)
  }

  private mutating func signatures() throws(EnvelopeError) -> [SignatureLine] {
    var signatures: [SignatureLine] = []
    while position <= bytes.count {
      let fields = nextFields()
      guard fields.count == 4, text(fields[0]) == "signature", text(fields[1]) == "ed25519",
        let publicKey = base64(fields[2]), publicKey.count == 32,
        let signature = base64(fields[3]), signature.count == 64
      else { throw malformed("a signature line is not one") }
      signatures.append(SignatureLine(publicKey: publicKey, signature: signature))
      guard signatures.count <= Envelope.maximumSignatureCount else {
        throw malformed("too many signatures")
      }
    }
    return signatures
  }

  /// The next line; moves behind its LF, or beyond the end when there is none.
  private mutating func nextLine() -> Range<Int> {
    let start = min(position, bytes.count)
    let end = bytes.span.firstIndex(of: 0x0a, from: start) ?? bytes.count
    position = end + 1
    return start..<end
  }

  /// The fields of a line.
  private struct Fields {
    private var ranges = InlineArray<8, Range<Int>>(repeating: 0..<0)
    private(set) var count = 0

    /// Whether there was room for one more.
    mutating func append(_ range: Range<Int>) -> Bool {
      guard count < ranges.count else { return false }
      ranges[count] = range
      count += 1
      return true
    }

    subscript(index: Int) -> Range<Int> { ranges[index] }
  }

  /// The next line's fields, which single spaces separate; none when there are more than 8, which no
  /// line that is read by fields has.
  private mutating func nextFields() -> Fields {
    let line = nextLine()
    let text = bytes.span.extracting(..<line.upperBound)
    var fields = Fields()
    var start = line.lowerBound
    while let index = text.firstIndex(of: 0x20, from: start) {
      guard fields.append(start..<index) else { return Fields() }
      start = index + 1
    }
    return fields.append(start..<line.upperBound) ? fields : Fields()
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private func base64(_ range: Range<Int>) -> [UInt8]? {
    PublicBase64.decode(bytes.span.extracting(range))
  }

  private func malformed(_ reason: String) -> EnvelopeError {
    EnvelopeError(.malformedEnvelope, "the envelope is malformed: \(reason)")
  }
}

/// The grammar of what follows the seal: `*(" " name ":" digest)`.
private enum DigestGrammar {
  static func accepts(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound {
      guard bytes[index] == UInt8(ascii: " ") else { return false }
      index += 1
      let nameStart = index
      while index < range.upperBound, isName(bytes[index]) { index += 1 }
      let digestEnd = index + 9
      guard index > nameStart, digestEnd <= range.upperBound, bytes[index] == UInt8(ascii: ":"),
        bytes[index + 1..<digestEnd].allSatisfy(isBase64)
      else { return false }
      index = digestEnd
    }
    return true
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "#"):
      true
    default: false
    }
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
      true
    default: false
    }
  }
}
