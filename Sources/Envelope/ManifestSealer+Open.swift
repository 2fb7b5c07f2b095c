internal import CryptoCore
internal import Manifest
internal import YAMLSource

extension ManifestSealer {
  /// Opens every sealed Secret of a manifest.
  ///
  /// - Parameters:
  ///   - source: The manifest, at most 32 MiB.
  ///   - unwrappers: The secrets to try.
  /// - Returns: The text as it was before sealing. Secrets that are not sealed stay.
  /// - Throws: `EnvelopeError` when a Secret does not open or its seal does not hold; nothing is
  ///   released then.
  public mutating func open(
    _ source: Span<UInt8>, unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> ManifestOutput {
    let (tree, units) = try Self.read(source)
    var edits = SpliceEdits()
    var outcomes: [UnitOutcome] = []
    var hasLineBreaks = false
    for unit in units {
      let isSealed: Bool
      if let annotation = unit.envelope {
        isSealed = true
        var opened: OpenedUnit
        do {
          opened = try openUnit(
            unit, annotation: annotation, tree: tree, source: source, unwrappers: unwrappers)
        } catch { throw error.located(unit.label, unit.position) }
        hasLineBreaks =
          try opened.restore(in: unit, tree: tree, source: source, edits: &edits)
          || hasLineBreaks
      } else {
        isSealed = false
        try Self.refuseTokens(in: unit, tree: tree, source: source)
      }
      outcomes.append(
        UnitOutcome(
          label: unit.label, position: unit.position, action: isSealed ? .opened : .notSealed,
          entryCount: unit.entries.count, keptCount: 0))
    }
    let text = try Self.apply(edits, to: source)
    if hasLineBreaks { try Self.checkOpened(text, units: units) }
    return ManifestOutput(
      text: text, units: outcomes, isKubernetes: Self.isKubernetes(tree),
      isChanged: outcomes.contains { $0.action == .opened })
  }

  static func isKubernetes(_ tree: SourceTree) -> Bool {
    ManifestReader.kinds(in: tree).contains { !$0.kind.isEmpty }
  }

  /// A token in a Secret without an envelope cannot be opened: its envelope was lost.
  static func refuseTokens(
    in unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(EnvelopeError) {
    guard let entry = unit.entries.first(where: { $0.token != nil }) else { return }
    throw EnvelopeError(
      .ambiguousToken,
      "\(entry.name) looks like a sealed token, but the Secret has no sealwax.dev/envelope",
      at: tree.position(of: entry.contentRange.lowerBound, in: source), unit: unit.label)
  }

  /// Verifies a sealed unit and decrypts its entries.
  mutating func openUnit(
    _ unit: SecretUnit, annotation: EnvelopeAnnotation, tree: SourceTree, source: Span<UInt8>,
    unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> OpenedUnit {
    let verified = try verify(
      unit, annotation: annotation, tree: tree, source: source, unwrappers: unwrappers)
    var opened = OpenedUnit(envelope: verified.envelope, keys: verified.keys)
    for entry in unit.entries {
      guard let token = entry.token, entry.kind != .alias else {
        opened.addAlias()
        continue
      }
      let info = EntryContext.encode(entry.kind, path: entry.path, in: verified.context)
      do throws(EnvelopeError) {
        try opened.add(source.extracting(token), info: info, codec: &codec)
      } catch {
        throw EnvelopeError(
          error.code, "\(entry.name): \(error.message)",
          at: tree.position(of: entry.contentRange.lowerBound, in: source))
      }
    }
    return opened
  }

  /// A unit of which the key and the seal hold.
  private struct VerifiedUnit {
    let envelope: Envelope
    let context: UnitContext
    let keys: UnitKeys
  }

  /// Unwraps a unit's key and checks commitment, seal and digests.
  private func verify(
    _ unit: SecretUnit, annotation: EnvelopeAnnotation, tree: SourceTree, source: Span<UInt8>,
    unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> VerifiedUnit {
    let envelope = try UnitSeal.envelope(
      of: unit, annotation: annotation, tree: tree, source: source)
    let context = try UnitContext(
      cipher: envelope.cipher, scope: envelope.scope, identity: unit.identity)
    let builder = try UnitSeal.entries(of: unit, tree: tree, source: source)
    let dataKey = try Self.unwrap(
      envelope, context: context, unwrappers: unwrappers)
    let keys = try UnitKeys(dataKey, in: arena)
    let commitment = try keys.commitment()
    guard ConstantTime.equal(commitment.span, envelope.commitment.span) else {
      throw EnvelopeError(
        .commitmentMismatch, "the unwrapped key is not the one that the envelope commits to")
    }
    let body = builder.body(
      context: context, typeName: unit.typeName, lines: envelope.sealedLines)
    let seal = keys.seal(body)
    let changes = SealChanges(sealed: envelope.digests, current: builder.digests)
    guard ConstantTime.equal(seal.span, envelope.seal.span), changes.isEmpty else {
      throw EnvelopeError(
        .staleSeal,
        changes.isEmpty
          ? "the seal does not hold: the name, namespace, type or a line of the envelope was changed"
          : "the seal does not hold: \(changes.summary)")
    }
    return VerifiedUnit(envelope: envelope, context: context, keys: keys)
  }

  /// The data key, from the first recipient line that one of the secrets opens.
  static func unwrap(
    _ envelope: Envelope, context: UnitContext, unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> DataKey {
    for unwrapper in unwrappers {
      for line in envelope.recipients {
        if let key = try unwrapper.unwrap(line, context: context) { return key }
      }
    }
    let names = envelope.recipients.map { line in
      line.recipient.name ?? String(line.recipient.text.prefix(24))
    }
    throw EnvelopeError(
      .noIdentity,
      unwrappers.isEmpty
        ? "no identity was given; sealed for \(names.joined(separator: ", "))"
        : "no identity opens it; sealed for \(names.joined(separator: ", "))")
  }

  /// Source texts with line breaks depend on the indentation around them: when somebody has
  /// reformatted the sealed file, the restored text must still hold the same entries.
  private static func checkOpened(
    _ text: borrowing WipedBuffer, units: [SecretUnit]
  ) throws(EnvelopeError) {
    let names: [[String]]
    do {
      names = try read(text.bytes).units.map { $0.entries.map(\.name) }
    } catch {
      throw EnvelopeError(
        .notReversible, "the opened text is not the manifest that was sealed: was it re-indented?")
    }
    guard names == units.map({ $0.entries.map(\.name) }) else {
      throw EnvelopeError(
        .notReversible, "the opened text is not the manifest that was sealed: was it re-indented?")
    }
  }
}
