internal import CryptoCore
internal import Manifest
internal import YAMLSource

extension ManifestSealer {
  /// Seals every plaintext Secret of a manifest; sealed ones are left as they are.
  ///
  /// With an earlier sealed version of the same manifest and a secret that opens it, a Secret of
  /// the same identity keeps its data key, its recipients' lines and the tokens of unchanged
  /// values, so that the difference shows what changed and nothing else.
  ///
  /// - Parameters:
  ///   - source: The manifest, at most 32 MiB.
  ///   - settings: Whom and how to seal for.
  ///   - previous: The earlier version, if there is one.
  ///   - unwrappers: The secrets to open the earlier version with, the cheap ones first.
  /// - Returns: The sealed text, of which it is checked that it gives back the original bytes.
  /// - Throws: `EnvelopeError`; nothing is released then. An earlier version that was tampered with
  ///   is an error; one that no secret at hand opens is not, unless it is to say whom to seal for.
  public mutating func seal(
    _ source: Span<UInt8>, settings: SealSettings, previous: Span<UInt8>? = nil,
    unwrappers: [any KeyUnwrapper] = []
  ) throws(EnvelopeError) -> ManifestOutput {
    guard let previous else {
      let manifest = try Self.read(
        source, fields: settings.fields ?? .none, storage: &storage)
      return try seal(
        manifest, source: source, settings: settings, earlier: nil, previous: Span(),
        unwrappers: [])
    }
    let former: ReadManifest
    do { former = try Self.read(previous) } catch { throw error.ofPrevious }
    let manifest = try read(source, like: former, previous, settings)
    return try seal(
      manifest, source: source, settings: settings,
      earlier: PreviousVersion(
        former, of: manifest.units, followsRenames: settings.followsRenames),
      previous: previous, unwrappers: unwrappers)
  }

  /// The text with the units that the settings name, or that the earlier version has sealed.
  private mutating func read(
    _ source: Span<UInt8>, like former: ReadManifest, _ previous: Span<UInt8>,
    _ settings: SealSettings
  ) throws(EnvelopeError) -> ReadManifest {
    if let fields = settings.fields {
      return try Self.read(source, fields: fields, storage: &storage)
    }
    let sealed = former.units.map(\.unit).filter { !$0.isSecret && $0.envelope != nil }
    guard !sealed.isEmpty else { return try Self.read(source, storage: &storage) }
    // Of all objects of these kinds those that were sealed, and new ones: nothing says that these
    // may stay in plaintext.
    let kinds = FieldChoice(
      rules: sealed.map {
        FieldRule(
          apiVersion: $0.identity.apiVersion, kind: $0.identity.kind, patterns: $0.fields)
      })
    let earlier: [SecretUnit]
    do throws(EnvelopeError) {
      earlier = try Self.read(previous, fields: kinds, storage: &storage).units.map(\.unit)
    } catch { throw error.ofPrevious }
    let found = try Self.read(source, fields: kinds, storage: &storage)
    var choice = FieldChoice.none
    for unit in found.units.map(\.unit) where !unit.isSecret && unit.envelope == nil {
      let same = earlier.first { $0.identity == unit.identity }
      let renamed = earlier.first {
        settings.followsRenames && $0.number == unit.number
          && $0.identity.kind == unit.identity.kind
      }
      let former = same ?? renamed ?? unit
      if former.envelope != nil || (same == nil && renamed == nil) {
        choice.places[unit.number] = former.fields
      }
    }
    return try Self.read(source, fields: choice, storage: &storage)
  }

  private mutating func seal(
    _ manifest: ReadManifest, source: Span<UInt8>, settings: SealSettings,
    earlier: PreviousVersion?, previous: Span<UInt8>, unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> ManifestOutput {
    var edits = SealingEdits()
    var outcomes: [UnitOutcome] = []
    let aliases = AliasesElsewhere(in: manifest.tree)
    for (index, unit) in manifest.units.enumerated() {
      if let annotation = unit.unit.envelope {
        let envelope = try Self.checkSealed(unit, annotation: annotation, source: source)
        outcomes.append(
          UnitOutcome(
            unit, .alreadySealed, keptCount: unit.shownCount, envelope: envelope))
        continue
      }
      do throws(EnvelopeError) {
        try Self.refuseTokens(in: unit, source: source, as: .ambiguousToken)
        try aliases.refuse(to: unit, source: source)
        if !settings.allowsPlaintextElsewhere {
          try PlaintextElsewhere.refuse(in: unit, source: source)
        }
        let opened = try openPrevious(
          earlier?.unit(index), text: previous, settings: settings,
          unwrappers: unwrappers)
        let sealing = try plan(unit, source: source, settings: settings, earlier: opened)
        outcomes.append(
          try write(sealing, source: source, previous: previous, edits: &edits))
      } catch { throw error.located(unit.label, unit.start) }
    }
    let text = try Self.apply(edits.text, to: source)
    let isChanged = outcomes.contains { $0.action != .alreadySealed }
    if isChanged {
      try Reversibility.check(
        edits, text: text, original: source, units: manifest.units, storage: &storage)
    }
    return ManifestOutput(
      text: text, units: outcomes, isKubernetes: manifest.isKubernetes, isChanged: isChanged)
  }

  /// What shows without a key of a unit that is left as it is: that it is sealed as a whole.
  private static func checkSealed(
    _ unit: PlacedUnit, annotation: EnvelopeAnnotation, source: Span<UInt8>
  ) throws(EnvelopeError) -> Envelope {
    let envelope = try UnitSeal.envelope(of: unit, annotation: annotation, source: source)
    let context = try UnitContext(
      cipher: envelope.cipher, scope: envelope.scope, identity: unit.unit.identity)
    let body = try UnitSeal.entries(of: unit, source: source).body(
      context: context, typeName: unit.unit.typeName, lines: envelope.sealedLines)
    try UnitSeal.checkDigests(body, envelope, of: unit, source: source)
    return envelope
  }

  /// What became of the earlier version of a unit.
  private enum Earlier {
    case opened(OpenedUnit, unwrappers: [any KeyUnwrapper])
    case none(UnitOutcome.NewKeyReason)
  }

  private mutating func openPrevious(
    _ found: PlacedUnit?, text: Span<UInt8>, settings: SealSettings,
    unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> Earlier {
    guard let found else { return .none(.noEarlierVersion) }
    guard let annotation = found.unit.envelope else { return .none(.earlierVersionNotSealed) }
    do {
      return .opened(
        try openUnit(
          found, annotation: annotation, source: text, unwrappers: unwrappers,
          trustedSigners: settings.trustedSigners, keepsKeys: true), unwrappers: unwrappers)
    } catch {
      if error.code == .noIdentity, settings.target != nil { return .none(.noIdentity) }
      throw error.ofPrevious
    }
  }

  /// How a unit is to be sealed: with the key it had if that serves, else with a new one.
  private mutating func plan(
    _ unit: PlacedUnit, source: Span<UInt8>, settings: SealSettings, earlier: Earlier
  ) throws(EnvelopeError) -> UnitSealing {
    let layout: EnvelopeLayout
    do {
      layout = try EnvelopeEditor.layout(for: unit.unit, tree: unit.tree, source: source)
    } catch { throw EnvelopeError(error) }
    let opened: OpenedUnit
    let unwrappers: [any KeyUnwrapper]
    switch earlier {
    case .none(let reason):
      guard let target = settings.target else {
        throw EnvelopeError(
          .noRecipients,
          "there is no earlier sealed version of this Secret to take the "
            + "recipients from; name them")
      }
      return try seal(unit, for: target, layout: layout, settings, reason: reason)
    case .opened(let unit, let secrets): (opened, unwrappers) = (unit, secrets)
    }

    let old = opened.envelope
    let cipher = settings.target?.cipher ?? old.cipher
    let scope = settings.target?.scope ?? old.scope
    let context = try UnitContext(cipher: cipher, scope: scope, identity: unit.unit.identity)
    let reason: UnitOutcome.NewKeyReason
    if context != opened.context {
      reason = .contextChanged
    } else if let target = settings.target, !Self.areSame(target.recipients, old.recipients) {
      reason = .recipientsChanged
    } else if let keys = opened.keys {
      return UnitSealing(
        unit: unit, context: context, keys: keys,
        envelope: Envelope(
          cipher: cipher, scope: scope, recipients: old.recipients, fields: unit.unit.fields,
          layout: layout, commitment: old.commitment, made: old.made),
        signer: settings.signer, earlier: opened, newKeyReason: nil)
    } else {
      reason = .noIdentity
    }
    let target: SealTarget
    if let given = settings.target {
      target = given
    } else {
      // Authentic: the seal of the earlier version holds.
      target = try Self.target(like: old, unwrappers)
    }
    return try seal(
      unit, for: target, layout: layout, settings, reason: reason, replacing: opened)
  }

  /// A sealing with a new data key.
  private func seal(
    _ unit: PlacedUnit, for target: SealTarget, layout: EnvelopeLayout, _ settings: SealSettings,
    reason: UnitOutcome.NewKeyReason, replacing earlier: OpenedUnit? = nil
  ) throws(EnvelopeError) -> UnitSealing {
    guard !target.recipients.isEmpty else {
      throw EnvelopeError(.noRecipients, "there is nobody to seal for")
    }
    let context = try UnitContext(
      cipher: target.cipher, scope: target.scope, identity: unit.unit.identity)
    let dataKey = try DataKey.random(in: arena)
    let keys = try UnitKeys(dataKey, in: arena)
    let lines = try Self.lines(for: target.recipients, dataKey, context, in: arena)
    return UnitSealing(
      unit: unit, context: context, keys: keys,
      envelope: Envelope(
        cipher: target.cipher, scope: target.scope, recipients: lines, fields: unit.unit.fields,
        layout: layout,
        commitment: try keys.commitment(), made: settings.now),
      signer: settings.signer, earlier: nil, newKeyReason: reason,
      droppedSigners: earlier?.envelope.signatures.map(SignatureVerifier.init(line:)) ?? [])
  }

  /// The data key wrapped for each recipient, once.
  static func lines(
    for wrappers: [any KeyWrapper], _ dataKey: borrowing DataKey, _ context: UnitContext,
    in arena: SecretArena
  ) throws(EnvelopeError) -> [RecipientLine] {
    var lines: [RecipientLine] = []
    var seen: Set<String> = []
    for wrapper in wrappers {
      let recipient = wrapper.recipient
      guard RecipientDescription.isText(recipient.text) else {
        throw EnvelopeError(.wrapFailed, "a recipient's text cannot stand in an envelope")
      }
      guard recipient.isPassphrase || seen.insert(recipient.key).inserted else { continue }
      let wrap = try wrapper.wrap(dataKey, context: context, in: arena)
      lines.append(RecipientLine(recipient: recipient, wrap: wrap))
    }
    return lines
  }

  /// Whether a target's recipients are those of an envelope.
  private static func areSame(_ target: [any KeyWrapper], _ lines: [RecipientLine]) -> Bool {
    Set(target.map(\.recipient.key)) == Set(lines.map(\.recipient.key))
  }

  /// A target like an earlier envelope.
  static func target(
    like envelope: Envelope, _ unwrappers: [any KeyUnwrapper], without change: SealChange? = nil
  ) throws(EnvelopeError) -> SealTarget {
    var recipients: [any KeyWrapper] = []
    for line in envelope.recipients {
      if case .revoke(let revoked) = change, revoked.recipients.contains(line.recipient.key) {
        continue
      }
      guard let wrapper = RecipientResolver.wrapper(for: line.recipient, unwrappers: unwrappers)
      else {
        throw EnvelopeError(
          .wrapFailed,
          "a new key is needed, and there is no way to wrap it for \(line.recipient.label)")
      }
      recipients.append(wrapper)
    }
    return SealTarget(recipients: recipients, cipher: envelope.cipher, scope: envelope.scope)
  }
}
