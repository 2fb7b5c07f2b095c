internal import Manifest
internal import YAMLSource

/// The Secrets of a manifest whose values can be read.
public enum PlaintextSecrets {
  /// One outcome for each: left as it is.
  ///
  /// - Throws: `.syntax` when the text is no YAML or JSON; `.malformed` for a Secret that could be read
  ///   in two ways.
  public static func outcomes(
    in source: Span<UInt8>
  ) throws(SealedSecretError) -> [SealedSecretOutcome] {
    let tree = try ReadText.parse(source)
    return try ReadText.secrets(in: tree, source).compactMap { unit in
      let count = readableCount(unit)
      guard count > 0 else { return nil }
      return SealedSecretOutcome(
        kind: "Secret", namespace: unit.identity.namespace, name: unit.identity.name,
        position: unit.position, action: .plaintext, valueCount: count, changedCount: 0)
    }
  }

  /// Refuses a manifest with one, where nothing would seal it.
  ///
  /// - Throws: `.malformed`, also for a Secret that could be read in two ways.
  static func refuse(in tree: SourceTree, _ source: Span<UInt8>) throws(SealedSecretError) {
    for unit in try ReadText.secrets(in: tree, source) where readableCount(unit) > 0 {
      throw SealedSecretError(
        .malformed, "a Secret in plaintext, which --re-encrypt does not seal", at: unit.position,
        unit: unit.identity.printableLabel, hints: ["seal it without --re-encrypt"])
    }
  }

  /// How many values and comments are in plaintext; an alias beside sealed values is of one of them.
  private static func readableCount(_ unit: SecretUnit) -> Int {
    unit.entries.count { entry in
      entry.token == nil
        && (unit.envelope == nil ? !entry.kind.isEmpty : entry.kind.isSealed)
    }
  }
}
