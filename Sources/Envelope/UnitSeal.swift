internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Reads what the seal covers from a sealed unit as it stands in its source.
enum UnitSeal {
  /// The entries' encoding and digests.
  ///
  /// - Throws: `.plaintextBesideCiphertext` at the first entry that is not a token.
  static func entries(
    of unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(EnvelopeError) -> SealBuilder {
    var builder = SealBuilder()
    for entry in unit.entries {
      let text: Span<UInt8>
      switch entry.kind {
      case .alias: text = source.extracting(entry.contentRange)
      case .value, .comment:
        guard let token = entry.token else {
          throw EnvelopeError(
            .plaintextBesideCiphertext, "plaintext beside ciphertext: \(entry.name) is not sealed",
            at: tree.position(of: entry.contentRange.lowerBound, in: source), unit: unit.label)
        }
        text = source.extracting(token)
      }
      builder.add(
        kind: entry.kind, path: entry.path, name: entry.name,
        anchor: source.extracting(entry.anchor ?? 0..<0),
        tag: source.extracting(entry.tag ?? 0..<0), text: text)
    }
    return builder
  }

  /// The envelope of a sealed unit, with the unit's name in its errors.
  static func envelope(
    of unit: SecretUnit, annotation: EnvelopeAnnotation, tree: SourceTree, source: Span<UInt8>
  ) throws(EnvelopeError) -> Envelope {
    do { return try Envelope.parse(annotation.text) } catch {
      throw error.located(
        unit.label, tree.position(of: tree[annotation.key].range.lowerBound, in: source))
    }
  }
}
