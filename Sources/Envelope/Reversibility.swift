internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Proves that a sealed text gives back the original bytes, before anything is released.
///
/// What is read again, like any sealed manifest, is its twin with short tokens and envelopes
/// (`SealingEdits`): its envelopes are taken out and its tokens put back to what they replaced, and
/// the original must come out. That proves it for the sealed text as well:
///
/// - Both are the original with the same ranges replaced, and differ within tokens and lines of
///   envelopes only.
/// - A token is `SEALWAX1` and further characters of Base64, none of which is an indicator, a blank
///   or a line break anywhere in YAML or needs an escape in JSON. How many there are changes neither
///   where the scalar or comment begins, nor that it ends at the first byte behind it. Length counts
///   for keys alone (1,024 characters), and tokens are values and comments. Nothing but a comment,
///   or in flow style, where columns do not count, the rest of a collection, stands behind one in
///   its line.
/// - The lines of an envelope are printable ASCII and begin with a letter, so that they and those of
///   the twin are lines of the same literal block, or characters of the same quoted scalar, alike.
/// - What reading and opening a sealed text does besides looks at prefixes, ranges and what is around
///   them. The one limit on the whole text's length is checked on the real one, and so is that each
///   real envelope can be read.
enum Reversibility {
  static func check(
    _ edits: borrowing SealingEdits, text: borrowing WipedBuffer, original: Span<UInt8>,
    units: [PlacedUnit], storage: inout ParserStorage
  ) throws(EnvelopeError) {
    guard text.count <= SourceLimits().byteCount else {
      throw EnvelopeError(
        .notReversible, "sealed it would have more than 32 MiB, too much to be read again; split it"
      )
    }
    let twin = try ManifestSealer.apply(edits.twin, to: original)
    let sealed = twin.bytes
    guard
      let manifest = try? ManifestSealer.read(
        sealed, fields: FieldChoice(of: units.map(\.unit)), storage: &storage),
      manifest.units.count == units.count
    else { throw failure }
    var reverse = SpliceEdits()
    var insertions = edits.envelopes.makeIterator()
    for (before, after) in zip(units, manifest.units) where before.unit.envelope == nil {
      guard let insertion = insertions.next() else { throw failure }
      do throws(EnvelopeError) {
        try putBack(before, after, insertion, original: original, sealed: sealed, edits: &reverse)
      } catch { throw error.located(before.label, before.start) }
    }
    let isOriginal = (try? reverse.gives(original, from: sealed)) ?? false
    guard insertions.next() == nil, isOriginal else { throw failure }
  }

  private static func putBack(
    _ before: PlacedUnit, _ after: PlacedUnit, _ insertion: SealingEdits.Insertion,
    original: Span<UInt8>, sealed: Span<UInt8>, edits: inout SpliceEdits
  ) throws(EnvelopeError) {
    guard let annotation = after.unit.envelope, annotation.text == SealingEdits.shortEnvelope,
      before.unit.identity == after.unit.identity, before.unit.typeName == after.unit.typeName,
      before.entries.count == after.entries.count
    else { throw failure }
    edits.reserve(count: before.entries.count, byteCount: before.entryByteCount)
    for (old, new) in zip(before.entries, after.entries) {
      guard old.kind == new.kind, old.name == new.name else { throw failure }
      guard old.kind.isSealed else { continue }
      let start = new.contentRange.lowerBound - old.insertion.text.utf8CodeUnitCount
      guard new.token?.count == TokenScanner.prefixByteCount, start >= 0 else { throw failure }
      edits.replace(
        start..<new.contentRange.upperBound, with: original.extracting(old.contentRange))
    }
    guard try Envelope.parse(insertion.text).layout == insertion.layout else { throw failure }
    do {
      try EnvelopeEditor.remove(
        from: after.unit, layout: insertion.layout, tree: after.tree, source: sealed,
        edits: &edits)
    } catch { throw failure }
  }

  static var failure: EnvelopeError {
    EnvelopeError(
      .notReversible,
      "this manifest cannot be sealed reversibly; please report its shape (not its values)")
  }
}
