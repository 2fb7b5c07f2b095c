internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Edits that put tokens and envelopes in the place of others, and the proof that they did nothing
/// else.
struct RewriteEdits: ~Copyable {
  private var edits = SpliceEdits()
  /// The new envelope of each unit; nil for one that stays.
  private var envelopes: [String?] = []

  /// Leaves a unit as it is.
  mutating func keep() { envelopes.append(nil) }

  /// Puts a token in the place of another.
  mutating func replace(_ token: Range<Int>, with new: Span<UInt8>) {
    edits.replace(token, with: new)
  }

  /// Puts the envelope of the next unit in the place of the one it has.
  mutating func replace(
    _ envelope: Envelope, of unit: PlacedUnit, source: Span<UInt8>
  ) throws(EnvelopeError) {
    let text = envelope.text
    do {
      try EnvelopeEditor.replace(
        text, in: unit.unit, tree: unit.tree, source: source, edits: &edits)
    } catch { throw EnvelopeError(error) }
    envelopes.append(text)
  }

  /// The text with the edits, of which it is checked that with the old tokens and envelopes in the
  /// place of the new ones it is the old text again.
  ///
  /// - Throws: `.notReversible`, and `.source` when it would be too large.
  func apply(
    to source: Span<UInt8>, units: [PlacedUnit], storage: inout ParserStorage
  ) throws(EnvelopeError) -> WipedBuffer {
    let text = try ManifestSealer.apply(edits, to: source)
    try check(text, source, units, &storage)
    return text
  }

  private func check(
    _ text: borrowing WipedBuffer, _ source: Span<UInt8>, _ units: [PlacedUnit],
    _ storage: inout ParserStorage
  ) throws(EnvelopeError) {
    let new = text.bytes
    let manifest = try ManifestSealer.read(new, storage: &storage)
    guard manifest.units.count == units.count, envelopes.count == units.count else {
      throw Reversibility.failure
    }
    var reverse = SpliceEdits()
    for (index, (before, after)) in zip(units, manifest.units).enumerated() {
      guard before.unit.identity == after.unit.identity,
        before.entries.count == after.entries.count
      else { throw Reversibility.failure }
      guard let envelope = envelopes[index] else { continue }
      guard after.unit.envelope?.text == envelope else { throw Reversibility.failure }
      for (old, new) in zip(before.entries, after.entries) {
        guard old.kind == new.kind, old.name == new.name else { throw Reversibility.failure }
        guard let oldToken = old.token, let newToken = new.token else { continue }
        reverse.replace(newToken, with: source.extracting(oldToken))
      }
      guard let oldEnvelope = before.unit.envelope, let newEnvelope = after.unit.envelope else {
        throw Reversibility.failure
      }
      let oldRange = EnvelopeEditor.range(of: oldEnvelope, tree: before.tree, source: source)
      let newRange = EnvelopeEditor.range(of: newEnvelope, tree: after.tree, source: new)
      reverse.replace(newRange, with: source.extracting(oldRange))
    }
    guard (try? reverse.gives(source, from: new)) ?? false else { throw Reversibility.failure }
  }
}
