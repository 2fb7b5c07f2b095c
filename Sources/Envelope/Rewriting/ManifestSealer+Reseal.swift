internal import CryptoCore
internal import Manifest
internal import YAMLSource

extension ManifestSealer {
  /// Accepts what was changed in sealed Secrets since they were sealed: values in plaintext are
  /// sealed under the data key, and the seal is made anew over what is there.
  ///
  /// Every token must be authentic in its place. Whom it is sealed for is the target's, wrapped
  /// anew: lines that were changed in the envelope are taken from nobody. Secrets whose seal holds
  /// are left as they are.
  ///
  /// - Parameters:
  ///   - source: The manifest, at most 32 MiB.
  ///   - settings: Whom to seal for: a target is needed, since nothing proves that the lines of the
  ///     envelope are still those that were sealed.
  ///   - unwrappers: The secrets that open it, the cheap ones first.
  /// - Throws: `EnvelopeError`; nothing is released then.
  public mutating func reseal(
    _ source: Span<UInt8>, settings: SealSettings, unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> ManifestOutput {
    let manifest = try Self.read(source, storage: &storage)
    var edits = SpliceEdits()
    var stale: [StaleUnit?] = []
    for unit in manifest.units {
      guard let annotation = unit.unit.envelope else {
        try Self.refuseTokens(in: unit, source: source, as: .missingEnvelope)
        stale.append(nil)
        continue
      }
      do throws(EnvelopeError) {
        stale.append(
          try openStale(
            unit, annotation: annotation, source: source, settings: settings,
            unwrappers: unwrappers))
      } catch { throw error.located(unit.label, unit.start) }
      if let one = stale.last, let one { _ = try one.opened.restore(source, edits: &edits) }
    }
    guard stale.contains(where: { $0 != nil }) else {
      return ManifestOutput(
        text: WipedBuffer(copying: source), units: manifest.units.map(Self.left),
        isKubernetes: manifest.isKubernetes, isChanged: false)
    }
    let plaintext = try Self.apply(edits, to: source)
    var fields = FieldChoice.none
    for (unit, one) in zip(manifest.units, stale) {
      if let one, !unit.unit.isSecret { fields.places[unit.unit.number] = one.fields }
    }
    return try seal(plaintext, stale, fields, settings, previous: source)
  }

  private static func left(_ unit: PlacedUnit) -> UnitOutcome {
    guard unit.unit.envelope != nil else { return UnitOutcome(unit, .notSealed) }
    return UnitOutcome(unit, .alreadySealed, keptCount: unit.shownCount)
  }

  /// A sealed unit whose seal does not hold any more.
  private struct StaleUnit {
    let opened: OpenedUnit
    let changes: SealChanges
    /// For whom it is sealed from now on.
    let recipients: [RecipientLine]
    /// Which fields are sealed from now on.
    let fields: [FieldPattern]
  }

  /// Nil for a unit whose seal holds.
  private mutating func openStale(
    _ unit: PlacedUnit, annotation: EnvelopeAnnotation, source: Span<UInt8>,
    settings: SealSettings, unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> StaleUnit? {
    let envelope = try UnitSeal.envelope(of: unit, annotation: annotation, source: source)
    let unlocked = try unlock(unit, envelope, unwrappers: unwrappers)
    let verified = unlocked.verified
    var builder = SealBuilder(entryCount: unit.entries.count, tokenByteCount: unit.entryByteCount)
    for entry in unit.entries {
      builder.add(
        entry, text: source.extracting(entry.token ?? entry.contentRange), source: source)
    }
    let body = builder.body(
      context: verified.context, typeName: unit.unit.typeName, lines: envelope.sealedLines)
    let changes = SealChanges(sealed: envelope.digestText, current: body.digestText)
    let hasPlaintext = unit.entries.contains { $0.token == nil && $0.kind.isSealed }
    let seal = verified.keys.seal(body)
    let fields = Self.fields(of: unit, settings)
    let isSame = fields == envelope.fields
    if isSame, !hasPlaintext, changes.isEmpty, ConstantTime.equal(seal.span, envelope.seal.span) {
      return nil
    }
    // Whoever changes a file in good faith leaves the digests as they were.
    guard hasPlaintext || !changes.isEmpty || ConstantTime.equal(seal.span, envelope.seal.span)
    else {
      throw EnvelopeError(
        .staleSeal, "the seal does not hold although its digests fit: somebody made them fit")
    }
    guard let target = settings.target else {
      throw EnvelopeError(
        .noRecipients, "the recipients in the envelope may have been changed: name them")
    }
    let recipients = try Self.lines(
      for: target.recipients, unlocked.dataKey, verified.context, in: arena)
    let opened = try OpenedUnit(verified, source: source, codec: &codec, keepsKeys: true)
    return StaleUnit(opened: opened, changes: changes, recipients: recipients, fields: fields)
  }

  /// What the policy says on top of what is sealed: nothing is put into plaintext here.
  private static func fields(of unit: PlacedUnit, _ settings: SealSettings) -> [FieldPattern] {
    let identity = unit.unit.identity
    return FieldPattern.sorted(
      unit.unit.fields
        + (settings.fields?.patterns(apiVersion: identity.apiVersion, kind: identity.kind) ?? []))
  }

  private mutating func seal(
    _ text: borrowing WipedBuffer, _ stale: [StaleUnit?], _ fields: FieldChoice,
    _ settings: SealSettings,
    previous: Span<UInt8>
  ) throws(EnvelopeError) -> ManifestOutput {
    let source = text.bytes
    let manifest = try Self.read(source, fields: fields, storage: &storage)
    guard manifest.units.count == stale.count else { throw Reversibility.failure }
    var edits = SealingEdits()
    var outcomes: [UnitOutcome] = []
    for (unit, earlier) in zip(manifest.units, stale) {
      guard let earlier, let keys = earlier.opened.keys else {
        outcomes.append(Self.left(unit))
        continue
      }
      do throws(EnvelopeError) {
        guard unit.unit.envelope == nil else { throw Reversibility.failure }
        try Self.refuseTokens(in: unit, source: source, as: .ambiguousToken)
        if !settings.allowsPlaintextElsewhere {
          try PlaintextElsewhere.refuse(in: unit, source: source)
        }
        let layout: EnvelopeLayout
        do {
          layout = try EnvelopeEditor.layout(for: unit.unit, tree: unit.tree, source: source)
        } catch { throw EnvelopeError(error) }
        let old = earlier.opened.envelope
        let sealing = UnitSealing(
          unit: unit, context: earlier.opened.context, keys: keys,
          envelope: Envelope(
            cipher: old.cipher, scope: old.scope, recipients: earlier.recipients,
            fields: earlier.fields, layout: layout, commitment: old.commitment, made: old.made),
          signer: settings.signer, earlier: earlier.opened, newKeyReason: nil)
        var outcome = try write(sealing, source: source, previous: previous, edits: &edits)
        outcome.changes = earlier.changes
        outcomes.append(outcome)
      } catch { throw error.located(unit.label, unit.start) }
    }
    let sealed = try Self.apply(edits.text, to: source)
    try Reversibility.check(
      edits, text: sealed, original: source, units: manifest.units, storage: &storage)
    return ManifestOutput(
      text: sealed, units: outcomes, isKubernetes: manifest.isKubernetes, isChanged: true)
  }
}
