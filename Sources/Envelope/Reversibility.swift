internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Proves that a sealed text gives back the original bytes, before anything is released.
///
/// It is read again like any sealed manifest, its envelopes are taken out and its tokens put
/// back to what they replaced; only decrypting is left out.
enum Reversibility {
  static func check(
    _ text: borrowing WipedBuffer, original: Span<UInt8>, units: [PlacedUnit]
  ) throws(EnvelopeError) {
    let sealed = text.bytes
    guard let manifest = try? ManifestSealer.read(sealed), manifest.units.count == units.count
    else { throw failure }
    var edits = SpliceEdits()
    for (before, after) in zip(units, manifest.units) where before.unit.envelope == nil {
      do throws(EnvelopeError) {
        try putBack(before, after, original: original, sealed: sealed, edits: &edits)
      } catch { throw error.located(before.label, before.start) }
    }
    let restored = try ManifestSealer.apply(edits, to: sealed)
    guard ConstantTime.equal(restored.bytes, original) else { throw failure }
  }

  private static func putBack(
    _ before: PlacedUnit, _ after: PlacedUnit, original: Span<UInt8>, sealed: Span<UInt8>,
    edits: inout SpliceEdits
  ) throws(EnvelopeError) {
    guard let annotation = after.unit.envelope, before.unit.identity == after.unit.identity,
      before.unit.typeName == after.unit.typeName, before.entries.count == after.entries.count
    else { throw failure }
    for (old, new) in zip(before.entries, after.entries) {
      guard old.kind == new.kind, old.name == new.name else { throw failure }
      guard old.kind != .alias else { continue }
      let start = new.contentRange.lowerBound - old.insertion.text.utf8CodeUnitCount
      guard new.token != nil, start >= 0 else { throw failure }
      edits.replace(
        start..<new.contentRange.upperBound, with: original.extracting(old.contentRange))
    }
    let envelope = try Envelope.parse(annotation.text)
    do {
      try EnvelopeEditor.remove(
        from: after.unit, layout: envelope.layout, tree: after.tree, source: sealed,
        edits: &edits)
    } catch { throw failure }
  }

  private static var failure: EnvelopeError {
    EnvelopeError(
      .notReversible,
      "this manifest cannot be sealed reversibly; please report its shape (not its values)")
  }
}
