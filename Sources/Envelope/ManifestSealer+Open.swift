internal import CryptoCore
internal import Manifest
internal import YAMLSource

extension ManifestSealer {
  /// Opens every sealed Secret of a manifest.
  ///
  /// - Parameters:
  ///   - source: The manifest, at most 32 MiB.
  ///   - unwrappers: The secrets to try, the cheap ones first.
  ///   - trustedSigners: Whose signatures each Secret must have, so that each must be sealed; empty
  ///     requires none.
  /// - Returns: The text as it was before sealing. Secrets that are not sealed stay.
  /// - Throws: `EnvelopeError` when a Secret does not open or its seal does not hold; nothing is
  ///   released then.
  public mutating func open(
    _ source: Span<UInt8>, unwrappers: [any KeyUnwrapper],
    trustedSigners: [SignatureVerifier] = []
  ) throws(EnvelopeError) -> ManifestOutput {
    let manifest = try Self.read(source, storage: &storage)
    var edits = SpliceEdits()
    var outcomes: [UnitOutcome] = []
    var opened: [OpenedUnit?] = []
    var areIndependent = true
    for unit in manifest.units {
      guard let annotation = unit.unit.envelope else {
        try Self.refuseTokens(in: unit, source: source, as: .missingEnvelope)
        // Where signatures are required, a Secret in plaintext is one that nobody signed.
        guard trustedSigners.isEmpty || unit.entries.isEmpty else {
          throw EnvelopeError(
            .unsignedPlaintext, "it is not sealed, so nobody has signed it", at: unit.start,
            unit: unit.label)
        }
        outcomes.append(UnitOutcome(unit, .notSealed))
        opened.append(nil)
        continue
      }
      let one = try openUnit(
        unit, annotation: annotation, source: source, unwrappers: unwrappers,
        trustedSigners: trustedSigners)
      edits.reserve(count: unit.entries.count, byteCount: unit.entryByteCount)
      areIndependent = try one.restore(source, edits: &edits) && areIndependent
      outcomes.append(UnitOutcome(unit, .opened, envelope: one.envelope))
      opened.append(one)
    }
    let text = try Self.apply(edits, to: source)
    if !areIndependent { try Self.checkRestored(text, opened, from: source) }
    var output = ManifestOutput(
      text: text, units: outcomes, isKubernetes: manifest.isKubernetes,
      isChanged: opened.contains { $0 != nil })
    output.fields = FieldChoice(of: opened.compactMap { $0?.unit })
    return output
  }

  /// Verifies a sealed unit and decrypts its entries.
  mutating func openUnit(
    _ unit: PlacedUnit, annotation: EnvelopeAnnotation, source: Span<UInt8>,
    unwrappers: [any KeyUnwrapper], trustedSigners: [SignatureVerifier], keepsKeys: Bool = false
  ) throws(EnvelopeError) -> OpenedUnit {
    do {
      let unlocked = try unlock(
        unit, annotation: annotation, source: source, unwrappers: unwrappers,
        trustedSigners: trustedSigners)
      return try OpenedUnit(
        unlocked.verified, source: source, codec: &codec, keepsKeys: keepsKeys)
    } catch { throw error.located(unit.label, unit.start) }
  }

  /// Unwraps a unit's key and checks commitment, seal, digests and required signatures.
  func unlock(
    _ unit: PlacedUnit, annotation: EnvelopeAnnotation, source: Span<UInt8>,
    unwrappers: [any KeyUnwrapper], trustedSigners: [SignatureVerifier]
  ) throws(EnvelopeError) -> UnlockedUnit {
    let envelope = try UnitSeal.envelope(of: unit, annotation: annotation, source: source)
    let builder = try UnitSeal.entries(of: unit, source: source)
    let unlocked = try unlock(unit, envelope, unwrappers: unwrappers)
    let verified = unlocked.verified
    let body = builder.body(
      context: verified.context, typeName: unit.unit.typeName, lines: envelope.sealedLines)
    let seal = verified.keys.seal(body)
    let isAuthentic = ConstantTime.equal(seal.span, envelope.seal.span)
    try UnitSeal.checkDigests(body, envelope, of: unit, source: source)
    guard isAuthentic else {
      throw EnvelopeError(
        .staleSeal,
        "the seal does not hold: the name, namespace, type or a line of the envelope was changed")
    }
    try SignatureCheck.require(trustedSigners, of: envelope, body: body)
    return unlocked
  }

  /// Unwraps a unit's key and checks its commitment.
  ///
  /// Whether the seal holds is not looked at.
  func unlock(
    _ unit: PlacedUnit, _ envelope: Envelope, unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> UnlockedUnit {
    let context = try UnitContext(
      cipher: envelope.cipher, scope: envelope.scope, identity: unit.unit.identity)
    let dataKey = try KeyUnwrapping.unwrap(
      envelope, context: context, unwrappers: unwrappers, in: arena)
    let keys = try UnitKeys(dataKey, in: arena)
    let commitment = try keys.commitment()
    guard ConstantTime.equal(commitment.span, envelope.commitment.span) else {
      throw EnvelopeError(
        .commitmentMismatch, "the unwrapped key is not the one that the envelope commits to")
    }
    return UnlockedUnit(
      dataKey: dataKey,
      verified: VerifiedUnit(placed: unit, envelope: envelope, context: context, keys: keys))
  }

  /// Source texts can depend on what is around them: when somebody has reformatted the sealed
  /// file, the restored text must still hold the same entries with the same source texts.
  private static func checkRestored(
    _ text: borrowing WipedBuffer, _ opened: [OpenedUnit?], from source: Span<UInt8>
  ) throws(EnvelopeError) {
    let units = opened.compactMap { $0?.unit }
    let restored = try? read(text.bytes, fields: FieldChoice(of: units))
    guard let restored, restored.units.count == opened.count else {
      let unit = opened.lazy.compactMap { $0 }.first
      throw Self.reformatted(unit?.placed)
    }
    for (before, after) in zip(opened, restored.units) {
      guard let before else { continue }
      guard before.isRestored(as: after, in: text.bytes, from: source) else {
        throw Self.reformatted(before.placed)
      }
    }
  }

  private static func reformatted(_ unit: PlacedUnit?) -> EnvelopeError {
    EnvelopeError(
      .notReversible,
      "the opened text would not be the manifest that was sealed: the sealed file was reformatted "
        + "or re-indented around its tokens; undo that",
      at: unit?.start, unit: unit?.label)
  }
}
