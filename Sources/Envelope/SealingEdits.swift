internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// What is done to a manifest to seal it, and the same with all that is long made short.
///
/// The twin is the sealed text in which every new token is `SEALWAX1`, the shortest one, and every
/// new envelope two short lines: `Reversibility` reads it in the place of the real one.
struct SealingEdits: ~Copyable {
  /// An envelope that was put in.
  struct Insertion {
    let layout: EnvelopeLayout
    let text: String
  }

  /// The real edits.
  private(set) var text = SpliceEdits()
  /// The short ones.
  private(set) var twin = SpliceEdits()
  /// The envelopes, one for each unit that is sealed, in order.
  private(set) var envelopes: [Insertion] = []

  /// Stands for an envelope: two lines, with the two characters that need an escape in quotes.
  static let shortEnvelope = "sealwax \"\\\nx"

  /// Makes room for so many more tokens, which take so many bytes, about.
  mutating func reserve(count: Int, tokenByteCount: Int) {
    // With the digests of the envelope.
    text.reserve(count: count, byteCount: tokenByteCount + count * 40)
    twin.reserve(count: count, byteCount: count * 16)
  }

  /// Replaces an entry's source text by a token, with what stands in front of it and behind.
  ///
  /// - Parameter replacement: Ends with the token; it is used up.
  /// - Throws: `.notReversible` when the token is none.
  mutating func replace(
    _ entry: UnitEntry, with replacement: inout WipedBuffer, tokenStart: Int,
    closing: StaticString
  ) throws(EnvelopeError) {
    guard TokenScanner.isToken(replacement.bytes.extracting(tokenStart...)) else {
      throw Reversibility.failure
    }
    let end = replacement.count
    replacement.append(closing)
    text.replace(entry.contentRange, with: replacement.bytes)
    replacement.truncate(to: min(end, tokenStart + TokenScanner.prefixByteCount))
    replacement.append(closing)
    twin.replace(entry.contentRange, with: replacement.bytes)
  }

  /// Inserts an envelope.
  mutating func insert(
    _ envelope: Envelope, into unit: PlacedUnit, source: Span<UInt8>
  ) throws(EnvelopeError) {
    let lines = envelope.text
    let place: EnvelopeInsertion
    do {
      place = try EnvelopeInsertion(into: unit.unit, tree: unit.tree, source: source)
    } catch { throw EnvelopeError(error) }
    place.insert(lines, edits: &text)
    place.insert(Self.shortEnvelope, edits: &twin)
    envelopes.append(Insertion(layout: envelope.layout, text: lines))
  }
}
