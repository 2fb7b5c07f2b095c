internal import Manifest
internal import YAMLSource

/// Finds Secrets in a manifest that are no units, and would stay readable beside the sealed ones.
///
/// kubectl takes every object with `items` apart, whatever it is called; templates and the objects
/// of some controllers hold Secrets deeper.
enum SecretsElsewhere {
  /// The first that has a value in plaintext.
  static func first(in manifest: ReadManifest) -> NestedSecret? {
    let tree = manifest.tree
    return ManifestReader.nestedSecrets(in: tree, beside: manifest.units.map(\.unit)).first {
      $0.values.contains { !tree.withValue(of: $0) { TokenScanner.isToken($0) } }
    }
  }

  /// - Throws: `.plaintextElsewhere`.
  static func refuse(in manifest: ReadManifest, source: Span<UInt8>) throws(EnvelopeError) {
    guard let secret = first(in: manifest) else { return }
    throw EnvelopeError(
      .plaintextElsewhere,
      "a Secret within another object would stay readable; make it an object of its own or an item "
        + "of a List, or seal it with a rule for 'fields' (docs/policy.md)",
      at: manifest.tree.position(of: manifest.tree[secret.node].range.lowerBound, in: source))
  }
}
