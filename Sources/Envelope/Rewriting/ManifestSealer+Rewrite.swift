internal import CryptoCore
internal import Manifest
internal import YAMLSource

extension ManifestSealer {
  /// Gives the sealed Secrets of a manifest other recipients or a new data key.
  ///
  /// Nothing but tokens and envelopes changes, and nothing when a Secret is as it should be.
  ///
  /// - Parameters:
  ///   - source: The manifest, at most 32 MiB.
  ///   - settings: Whom to seal for, and with `.rotate` how; without a target whom and how it is
  ///     sealed now.
  ///   - unwrappers: The secrets that open it, the cheap ones first.
  /// - Throws: `EnvelopeError` when a Secret does not open or its seal does not hold; nothing is
  ///   released then. Secrets that are not sealed stay.
  public mutating func rewrite(
    _ source: Span<UInt8>, _ change: SealChange, settings: SealSettings,
    unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> ManifestOutput {
    let manifest = try Self.read(source, storage: &storage)
    var edits = RewriteEdits()
    var outcomes: [UnitOutcome] = []
    for unit in manifest.units {
      guard let annotation = unit.unit.envelope else {
        try Self.refuseTokens(in: unit, source: source, as: .missingEnvelope)
        outcomes.append(UnitOutcome(unit, .notSealed))
        edits.keep()
        continue
      }
      // What does not concern somebody who is revoked need not be opened.
      if case .revoke(let revoked) = change, let envelope = try? Envelope.parse(annotation.text),
        !revoked.concern(envelope)
      {
        edits.keep()
        outcomes.append(
          UnitOutcome(
            unit, .alreadySealed, keptCount: unit.shownCount, envelope: envelope))
        continue
      }
      do throws(EnvelopeError) {
        let unlocked = try unlock(
          unit, annotation: annotation, source: source, unwrappers: unwrappers,
          trustedSigners: settings.trustedSigners)
        let target: SealTarget
        if let given = settings.target {
          target = given
        } else {
          target = try Self.target(like: unlocked.verified.envelope, unwrappers, without: change)
        }
        let outcome: UnitOutcome
        switch change {
        case .rewrap: outcome = try rewrap(unlocked, for: target, settings, source: source, &edits)
        case .rotate(let before?, let after)
        where unlocked.verified.envelope.made.isBetween(before, after):
          edits.keep()
          outcome = UnitOutcome(
            unit, .alreadySealed, keptCount: unit.shownCount,
            envelope: unlocked.verified.envelope)
        case .rotate: outcome = try rotate(unlocked, for: target, settings, source: source, &edits)
        case .revoke(let revoked):
          outcome = try rotate(
            unlocked, for: try revoked.removed(from: target), settings, source: source, &edits)
        }
        outcomes.append(outcome)
      } catch { throw error.located(unit.label, unit.start) }
    }
    let isChanged = outcomes.contains { $0.action == .rewrapped || $0.action == .rotated }
    let text =
      isChanged
      ? try edits.apply(to: source, units: manifest.units, storage: &storage)
      : WipedBuffer(copying: source)
    return ManifestOutput(
      text: text, units: outcomes, isKubernetes: manifest.isKubernetes, isChanged: isChanged)
  }

  // MARK: Other recipients

  private func rewrap(
    _ unlocked: borrowing UnlockedUnit, for target: SealTarget, _ settings: SealSettings,
    source: Span<UInt8>, _ edits: inout RewriteEdits
  ) throws(EnvelopeError) -> UnitOutcome {
    let verified = unlocked.verified
    let unit = verified.placed
    let old = verified.envelope
    let lines = try Self.lines(
      old.recipients, for: target.recipients, unlocked.dataKey, verified.context, in: arena)
    guard lines != old.recipients else {
      edits.keep()
      return UnitOutcome(
        unit, .alreadySealed, keptCount: unit.shownCount, envelope: old)
    }
    var envelope = Envelope(
      cipher: old.cipher, scope: old.scope, recipients: lines, fields: old.fields,
      layout: old.layout, commitment: old.commitment, made: old.made)
    let builder = try UnitSeal.entries(of: unit, source: source)
    let dropped = try finish(&envelope, builder, verified, settings, source: source, &edits)
    return UnitOutcome(
      unit, .rewrapped, keptCount: unit.shownCount, envelope: envelope, previous: old,
      droppedSigners: dropped)
  }

  /// The lines for a target's recipients: those that are there stay where they are, new ones follow.
  private static func lines(
    _ old: [RecipientLine], for wrappers: [any KeyWrapper], _ dataKey: borrowing DataKey,
    _ context: UnitContext, in arena: SecretArena
  ) throws(EnvelopeError) -> [RecipientLine] {
    guard !wrappers.isEmpty else {
      throw EnvelopeError(.noRecipients, "there is nobody to seal for")
    }
    var wanted: [String: RecipientDescription] = [:]
    for wrapper in wrappers { wanted[wrapper.recipient.key] = wrapper.recipient }
    var lines: [RecipientLine] = []
    for line in old {
      guard let recipient = wanted[line.recipient.key] else { continue }
      lines.append(RecipientLine(recipient: recipient, wrap: line.wrap))
    }
    let known = Set(old.map(\.recipient.key))
    return try lines
      + Self.lines(
        for: wrappers.filter { !known.contains($0.recipient.key) }, dataKey, context, in: arena)
  }

  // MARK: A new data key

  private mutating func rotate(
    _ unlocked: borrowing UnlockedUnit, for target: SealTarget, _ settings: SealSettings,
    source: Span<UInt8>, _ edits: inout RewriteEdits
  ) throws(EnvelopeError) -> UnitOutcome {
    let verified = unlocked.verified
    let unit = verified.placed
    let opened = try OpenedUnit(verified, source: source, codec: &codec, keepsKeys: false)
    let context = try UnitContext(
      cipher: target.cipher, scope: target.scope, identity: unit.unit.identity)
    let dataKey = try DataKey.random(in: arena)
    let keys = try UnitKeys(dataKey, in: arena)
    let lines = try Self.lines(for: target.recipients, dataKey, context, in: arena)
    var envelope = Envelope(
      cipher: target.cipher, scope: target.scope, recipients: lines,
      fields: verified.envelope.fields, layout: verified.envelope.layout,
      commitment: try keys.commitment(), made: settings.now)
    let builder = try rotateTokens(opened, keys, context, source: source, &edits)
    let renewed = VerifiedUnit(
      placed: unit, envelope: verified.envelope, context: context, keys: keys)
    let dropped = try finish(&envelope, builder, renewed, settings, source: source, &edits)
    return UnitOutcome(
      unit, .rotated, envelope: envelope, previous: verified.envelope, droppedSigners: dropped)
  }

  private mutating func rotateTokens(
    _ opened: OpenedUnit, _ keys: UnitKeys, _ context: UnitContext, source: Span<UInt8>,
    _ edits: inout RewriteEdits
  ) throws(EnvelopeError) -> SealBuilder {
    let unit = opened.placed
    var entryContext = EntryContext(context)
    var builder = SealBuilder(
      entryCount: unit.entries.count, tokenByteCount: unit.entryByteCount)
    var token = WipedBuffer(capacity: 256)
    for (index, entry) in unit.entries.enumerated() {
      guard let range = entry.token, let insertion = opened.insertion(of: index) else {
        builder.add(entry, text: source.extracting(entry.contentRange), source: source)
        continue
      }
      token.removeAll()
      let info = entryContext.info(of: entry)
      try opened.withText(of: index) { (text) throws(EnvelopeError) in
        try codec.seal(
          text, form: insertion.form, keys: keys, cipher: context.cipher, info: info,
          appendingTo: &token)
      }
      edits.replace(range, with: token.bytes)
      builder.add(entry, text: token.bytes, source: source)
    }
    return builder
  }

  // MARK: Both

  /// Seals and signs the envelope, and puts it in the place of the old one.
  ///
  /// - Returns: Whose signatures went with the old one.
  private func finish(
    _ envelope: inout Envelope, _ builder: SealBuilder, _ verified: VerifiedUnit,
    _ settings: SealSettings, source: Span<UInt8>, _ edits: inout RewriteEdits
  ) throws(EnvelopeError) -> [SignatureVerifier] {
    let unit = verified.placed
    let body = builder.body(
      context: verified.context, typeName: unit.unit.typeName, lines: envelope.sealedLines)
    envelope.seal = verified.keys.seal(body)
    envelope.digestText = body.digestText
    var dropped = verified.envelope.signatures.map(SignatureVerifier.init(line:))
    if let signer = settings.signer {
      envelope.signatures = [
        signer.sign(SealBuilder.signedMessage(body, seal: envelope.seal))
      ]
      dropped.removeAll { $0 == signer.verifier }
    }
    try edits.replace(envelope, of: unit, source: source)
    return dropped
  }
}
