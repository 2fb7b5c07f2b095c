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
  ///   - settings: Whom and how to seal for. Nil takes them from the earlier version.
  ///   - previous: The earlier sealed version, if there is one.
  ///   - unwrappers: The secrets to open the earlier version with.
  /// - Returns: The sealed text, of which it is checked that it gives back the original bytes.
  /// - Throws: `EnvelopeError`; nothing is released then.
  public mutating func seal(
    _ source: Span<UInt8>, settings: SealSettings?, previous: Span<UInt8>? = nil,
    unwrappers: [any KeyUnwrapper] = []
  ) throws(EnvelopeError) -> ManifestOutput {
    let (tree, units) = try Self.read(source)
    var earlier: PreviousVersion?
    if let previous { earlier = try PreviousVersion(previous) }
    var edits = SpliceEdits()
    var outcomes: [UnitOutcome] = []
    for (index, unit) in units.enumerated() {
      guard unit.envelope == nil else {
        _ = try UnitSeal.entries(of: unit, tree: tree, source: source)
        outcomes.append(
          UnitOutcome(
            label: unit.label, position: unit.position, action: .alreadySealed,
            entryCount: unit.entries.count, keptCount: unit.entries.count))
        continue
      }
      try Self.refuseTokens(in: unit, tree: tree, source: source)
      let job = SealJob(unit: unit, index: index, tree: tree)
      do {
        outcomes.append(
          try sealUnit(
            job, source: source, settings: settings, previousText: previous,
            earlier: earlier, unwrappers: unwrappers, edits: &edits))
      } catch { throw error.located(unit.label, unit.position) }
    }
    let text = try Self.apply(edits, to: source)
    let isChanged = outcomes.contains { $0.action != .alreadySealed }
    if isChanged {
      try Self.checkReversible(text, original: source, units: units, tree: tree)
    }
    return ManifestOutput(
      text: text, units: outcomes, isKubernetes: Self.isKubernetes(tree), isChanged: isChanged)
  }

  /// One unit to seal.
  struct SealJob {
    let unit: SecretUnit
    let index: Int
    let tree: SourceTree
  }

  private mutating func sealUnit(
    _ job: SealJob, source: Span<UInt8>, settings: SealSettings?, previousText: Span<UInt8>?,
    earlier: PreviousVersion?, unwrappers: [any KeyUnwrapper], edits: inout SpliceEdits
  ) throws(EnvelopeError) -> UnitOutcome {
    let unit = job.unit
    let layout = try Self.layout(of: job, source: source)

    var template: Envelope?
    if let previousText, let version = earlier,
      let found = version.unit(for: unit.identity, at: job.index)
    {
      if found.hasSameIdentity {
        if let opened = openedIfPossible(
          found, version: version, text: previousText, unwrappers: unwrappers),
          Self.keepsKey(opened.envelope, settings: settings)
        {
          return try reseal(
            job, source: source, opened: opened, previous: found.unit, previousText: previousText,
            layout: layout, signer: settings?.signer, edits: &edits)
        }
      }
      template = found.envelope
    }
    let chosen: SealSettings
    if let settings {
      chosen = settings
    } else {
      chosen = try Self.settings(like: template, unwrappers: unwrappers)
    }
    guard !chosen.recipients.isEmpty else {
      throw EnvelopeError(.noRecipients, "there is nobody to seal for")
    }
    let context = try UnitContext(
      cipher: chosen.cipher, scope: chosen.scope, identity: unit.identity)
    let dataKey = try DataKey.random(in: arena)
    let keys = try UnitKeys(dataKey, in: arena)
    var lines: [RecipientLine] = []
    for wrapper in chosen.recipients {
      lines.append(
        RecipientLine(
          recipient: wrapper.recipient, wrap: try wrapper.wrap(dataKey, context: context)))
    }
    let envelope = Envelope(
      cipher: chosen.cipher, scope: chosen.scope, recipients: lines, layout: layout,
      commitment: try keys.commitment(), seal: [], digests: [], signatures: [])
    try write(
      envelope, job: job, source: source, context: context, keys: keys, keeper: nil,
      previousText: nil, signer: chosen.signer, edits: &edits)
    return UnitOutcome(
      label: unit.label, position: unit.position, action: .sealed,
      entryCount: unit.entries.count, keptCount: 0)
  }

  private static func layout(
    of job: SealJob, source: Span<UInt8>
  ) throws(EnvelopeError) -> EnvelopeLayout {
    do {
      return try EnvelopeEditor.layout(for: job.unit, tree: job.tree, source: source)
    } catch { throw EnvelopeError(error) }
  }

  /// The earlier version of a unit, opened; nil when it does not open or its seal does not hold.
  private mutating func openedIfPossible(
    _ found: PreviousVersion.Found, version: PreviousVersion, text: Span<UInt8>,
    unwrappers: [any KeyUnwrapper]
  ) -> OpenedUnit? {
    try? openUnit(
      found.unit, annotation: found.annotation, tree: version.tree, source: text,
      unwrappers: unwrappers)
  }

  /// Seals a unit with the data key and the recipients' lines of its earlier version.
  private mutating func reseal(
    _ job: SealJob, source: Span<UInt8>, opened: consuming OpenedUnit, previous: SecretUnit,
    previousText: Span<UInt8>, layout: EnvelopeLayout, signer: SigningIdentity?,
    edits: inout SpliceEdits
  ) throws(EnvelopeError) -> UnitOutcome {
    let unit = job.unit
    let old = opened.envelope
    let context = try UnitContext(
      cipher: old.cipher, scope: old.scope, identity: unit.identity)
    let envelope = Envelope(
      cipher: old.cipher, scope: old.scope, recipients: old.recipients, layout: layout,
      commitment: old.commitment, seal: [], digests: [], signatures: [])
    let keeper = TokenKeeper(opened, unit: previous)
    try write(
      envelope, job: job, source: source, context: context, keys: keeper.keys, keeper: keeper,
      previousText: previousText, signer: signer, edits: &edits)
    return UnitOutcome(
      label: unit.label, position: unit.position, action: .resealed,
      entryCount: unit.entries.count, keptCount: keeper.keptCount)
  }
}
