internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Reads what the seal covers from a sealed unit as it stands in its source.
enum UnitSeal {
  /// The entries' encoding and digests.
  ///
  /// - Throws: `.plaintextBesideCiphertext` at the first entry that is not a token.
  static func entries(
    of unit: PlacedUnit, source: Span<UInt8>
  ) throws(EnvelopeError) -> SealBuilder {
    var builder = SealBuilder(
      entryCount: unit.entries.count, tokenByteCount: unit.entryByteCount)
    for entry in unit.entries {
      let text: Range<Int>
      switch entry.kind {
      case .alias, .empty: text = entry.contentRange
      case .value, .comment:
        guard let token = entry.token else {
          throw EnvelopeError(
            .plaintextBesideCiphertext,
            "plaintext beside ciphertext: \(ShownNames.one(entry.name)) is not sealed",
            at: unit.position(of: entry, in: source), unit: unit.label)
        }
        text = token
      }
      builder.add(entry, text: source.extracting(text), source: source)
    }
    return builder
  }

  /// The envelope of a sealed unit, with the unit's name in its errors.
  static func envelope(
    of unit: PlacedUnit, annotation: EnvelopeAnnotation, source: Span<UInt8>
  ) throws(EnvelopeError) -> Envelope {
    do { return try Envelope.parse(annotation.text, of: unit.unit) } catch {
      throw error.located(unit.label, unit.position(of: annotation.key, in: source))
    }
  }

  /// Compares a unit with the digests of its envelope, which takes no key.
  ///
  /// - Throws: `.staleSeal`, at the first entry that was added or changed.
  static func checkDigests(
    _ body: SealBody, _ envelope: Envelope, of unit: PlacedUnit, source: Span<UInt8>
  ) throws(EnvelopeError) {
    let changes = SealChanges(sealed: envelope.digestText, current: body.digestText)
    guard !changes.isEmpty else { return }
    let names = Set(changes.added + changes.changed)
    let entry = unit.entries.first { names.contains($0.name) }
    throw EnvelopeError(
      .staleSeal, "the seal does not hold: \(changes.summary)",
      at: entry.map { unit.position(of: $0, in: source) } ?? unit.start, unit: unit.label)
  }
}
