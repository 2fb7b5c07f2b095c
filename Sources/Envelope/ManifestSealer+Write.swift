internal import CryptoCore
internal import Manifest
internal import YAMLSource

extension ManifestSealer {
  /// Replaces the source texts of a unit by tokens, makes the seal and inserts the envelope.
  mutating func write(
    _ unsealed: Envelope, job: SealJob, source: Span<UInt8>, context: UnitContext, keys: UnitKeys,
    keeper: TokenKeeper?, previousText: Span<UInt8>?, signer: SigningIdentity?,
    edits: inout SpliceEdits
  ) throws(EnvelopeError) {
    let unit = job.unit
    let isJSON = job.tree.syntax == .json
    var envelope = unsealed
    var builder = SealBuilder()
    var replacement = WipedBuffer(capacity: 256)
    for entry in unit.entries {
      let text = source.extracting(entry.contentRange)
      guard entry.kind != .alias else {
        builder.add(
          kind: .alias, path: entry.path, name: entry.name,
          anchor: source.extracting(entry.anchor ?? 0..<0),
          tag: source.extracting(entry.tag ?? 0..<0), text: text)
        continue
      }
      replacement.removeAll()
      let isQuoted = isJSON && entry.kind == .value
      if entry.kind == .comment { replacement.append(0x20) }
      replacement.append(Array(entry.insertion.text.utf8))
      if isQuoted { replacement.append(0x22) }
      let start = replacement.count
      let form = entry.insertion.form
      if let previousText, let kept = keeper?.token(for: entry, source: text, form: form) {
        replacement.append(previousText.extracting(kept))
      } else {
        try codec.seal(
          text, form: form, keys: keys, cipher: context.cipher,
          info: EntryContext.encode(entry.kind, path: entry.path, in: context),
          appendingTo: &replacement)
      }
      builder.add(
        kind: entry.kind, path: entry.path, name: entry.name,
        anchor: source.extracting(entry.anchor ?? 0..<0),
        tag: source.extracting(entry.tag ?? 0..<0), text: replacement.bytes.extracting(start...))
      if isQuoted { replacement.append(0x22) }
      edits.replace(entry.contentRange, with: replacement.bytes)
    }

    let lines = envelope.sealedLines
    let body = builder.body(context: context, typeName: unit.typeName, lines: lines)
    envelope.seal = keys.seal(body)
    envelope.digests = builder.digests
    if let signer {
      envelope.signatures = [
        signer.sign(SealBuilder.signedMessage(body, seal: envelope.seal))
      ]
    }
    do {
      try EnvelopeEditor.insert(
        envelope.text(lines: lines), into: unit, tree: job.tree, source: source, edits: &edits)
    } catch { throw EnvelopeError(error) }
  }

  /// Whether an earlier version's key serves for these settings: the same recipients, cipher and
  /// scope. Otherwise there must be a new key (docs/format.md, section 6).
  static func keepsKey(_ envelope: Envelope, settings: SealSettings?) -> Bool {
    guard let settings else { return true }
    let old = Set(envelope.recipients.map { "\($0.recipient.kind) \($0.recipient.text)" })
    let new = Set(settings.recipients.map { "\($0.recipient.kind) \($0.recipient.text)" })
    return old == new && envelope.cipher == settings.cipher && envelope.scope == settings.scope
  }

  /// Settings as those of an earlier envelope.
  static func settings(
    like envelope: Envelope?, unwrappers: [any KeyUnwrapper]
  ) throws(EnvelopeError) -> SealSettings {
    guard let envelope else {
      throw EnvelopeError(.noRecipients, "there is nobody to seal for")
    }
    var recipients: [any KeyWrapper] = []
    for line in envelope.recipients {
      guard let wrapper = RecipientResolver.wrapper(for: line.recipient, unwrappers: unwrappers)
      else {
        throw EnvelopeError(
          .wrapFailed,
          "a new key is needed, and there is no way to wrap it for \(line.recipient.text)")
      }
      recipients.append(wrapper)
    }
    return SealSettings(recipients: recipients, cipher: envelope.cipher, scope: envelope.scope)
  }

  /// Proves that the sealed text gives back the original bytes, before anything is released.
  ///
  /// It is read again like any sealed manifest, its envelopes are taken out and its tokens put
  /// back to what they replaced; only decrypting is left out.
  static func checkReversible(
    _ text: borrowing WipedBuffer, original: Span<UInt8>, units: [SecretUnit], tree: SourceTree
  ) throws(EnvelopeError) {
    let failure = EnvelopeError(
      .notReversible,
      "this manifest cannot be sealed reversibly; please report its shape (not its values)")
    let sealed = text.bytes
    guard let (sealedTree, sealedUnits) = try? read(sealed), sealedUnits.count == units.count
    else { throw failure }
    var edits = SpliceEdits()
    for (before, after) in zip(units, sealedUnits) where before.envelope == nil {
      guard let annotation = after.envelope, before.identity == after.identity,
        before.typeName == after.typeName, before.entries.count == after.entries.count,
        let envelope = try? Envelope.parse(annotation.text)
      else { throw failure.located(before.label, before.position) }
      for (old, new) in zip(before.entries, after.entries) {
        guard old.kind == new.kind, old.path == new.path else {
          throw failure.located(before.label, before.position)
        }
        guard old.kind != .alias else { continue }
        guard new.token != nil else { throw failure.located(before.label, before.position) }
        let start = new.contentRange.lowerBound - old.insertion.text.utf8.count
        guard start >= 0 else { throw failure }
        edits.replace(
          start..<new.contentRange.upperBound, with: original.extracting(old.contentRange))
      }
      do {
        try EnvelopeEditor.remove(
          from: after, layout: envelope.layout, tree: sealedTree, source: sealed, edits: &edits)
      } catch { throw failure.located(before.label, before.position) }
    }
    let restored = try apply(edits, to: sealed)
    guard ConstantTime.equal(restored.bytes, original) else { throw failure }
  }
}
