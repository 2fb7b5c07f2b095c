internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// How one unit is sealed.
struct UnitSealing {
  let unit: PlacedUnit
  let context: UnitContext
  let keys: UnitKeys
  /// Complete but for seal, digests and signatures.
  var envelope: Envelope
  let signer: SigningIdentity?
  /// The earlier version whose key this is.
  let earlier: OpenedUnit?
  let newKeyReason: UnitOutcome.NewKeyReason?
  var droppedSigners: [SignatureVerifier] = []
}

extension ManifestSealer {
  /// Replaces the source texts of a unit by tokens, makes the seal and inserts the envelope.
  mutating func write(
    _ sealing: UnitSealing, source: Span<UInt8>, previous: Span<UInt8>, edits: inout SealingEdits
  ) throws(EnvelopeError) -> UnitOutcome {
    let unit = sealing.unit
    var envelope = sealing.envelope
    var keeper: TokenKeeper?
    if let earlier = sealing.earlier { keeper = try TokenKeeper(earlier, in: arena) }
    let builder = try writeTokens(
      sealing, keeper: &keeper, source: source, previous: previous, edits: &edits)

    let body = builder.body(
      context: sealing.context, typeName: unit.unit.typeName, lines: envelope.sealedLines)
    envelope.seal = sealing.keys.seal(body)
    envelope.digestText = body.digestText
    var droppedSigners = sealing.droppedSigners
    if let earlier = sealing.earlier?.envelope {
      // Signatures cover body and seal: they hold if these are the same as before.
      envelope.signatures = earlier.signatures
      envelope.signatures = SignatureCheck.valid(envelope, body: body)
      droppedSigners = earlier.signatures.filter { !envelope.signatures.contains($0) }
        .map(SignatureVerifier.init(line:))
    }
    if let signer = sealing.signer {
      let line = signer.sign(SealBuilder.signedMessage(body, seal: envelope.seal))
      if !envelope.signatures.contains(line) { envelope.signatures.append(line) }
      droppedSigners.removeAll { $0 == signer.verifier }
    }
    try edits.insert(envelope, into: unit, source: source)
    var outcome = UnitOutcome(
      unit, sealing.newKeyReason == nil ? .resealed : .sealed, newKeyReason: sealing.newKeyReason,
      keptCount: keeper?.keptCount ?? 0, envelope: envelope, droppedSigners: droppedSigners)
    outcome.notBase64 = SecretValues.notBase64(in: unit.unit, tree: unit.tree, source: source)
    return outcome
  }

  private mutating func writeTokens(
    _ sealing: UnitSealing, keeper: inout TokenKeeper?, source: Span<UInt8>,
    previous: Span<UInt8>, edits: inout SealingEdits
  ) throws(EnvelopeError) -> SealBuilder {
    let isJSON = sealing.unit.tree.syntax == .json
    var context = EntryContext(sealing.context)
    // A token is a third longer than its text, and padded.
    let entryCount = sealing.unit.entries.count
    let byteCount = sealing.unit.entryByteCount / 3 * 4 + entryCount * 80
    var builder = SealBuilder(entryCount: entryCount, tokenByteCount: byteCount)
    edits.reserve(count: entryCount, tokenByteCount: byteCount)
    var replacement = WipedBuffer(capacity: 256)
    for entry in sealing.unit.entries {
      let text = source.extracting(entry.contentRange)
      guard entry.kind.isSealed else {
        builder.add(entry, text: text, source: source)
        continue
      }
      replacement.removeAll()
      let isQuoted = isJSON && entry.kind == .value
      if entry.kind == .comment { replacement.append(0x20) }
      replacement.append(entry.insertion.text)
      if isQuoted { replacement.append(0x22) }
      let start = replacement.count
      if let kept = keeper?.token(for: entry, source: text) {
        replacement.append(previous.extracting(kept))
      } else {
        try codec.seal(
          text, form: entry.insertion.form, keys: sealing.keys, cipher: sealing.context.cipher,
          info: context.info(of: entry), appendingTo: &replacement)
      }
      builder.add(entry, text: replacement.bytes.extracting(start...), source: source)
      try edits.replace(
        entry, with: &replacement, tokenStart: start, closing: isQuoted ? "\"" : "")
    }
    return builder
  }
}
