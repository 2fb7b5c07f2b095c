internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Finds what would stay readable beside the tokens.
///
/// `kubectl apply` keeps the object as it was applied, values included, in an annotation; who saves
/// a manifest with `kubectl get -o yaml` has it in the file.
enum PlaintextElsewhere {
  static let annotation: StaticString = "kubectl.kubernetes.io/last-applied-configuration"

  /// Where a unit's values are repeated in the clear, or nil.
  static func place(in unit: PlacedUnit) -> NodeID? {
    guard unit.entries.contains(where: \.kind.isSealed) else { return nil }
    let tree = unit.tree
    func value(_ key: StaticString, of mapping: NodeID) -> NodeID? {
      tree.eachPair(of: mapping).first { tree.hasValue($0.key, key) }
        .map { tree.target(of: $0.value) ?? $0.value }
    }
    guard let metadata = value("metadata", of: unit.unit.root),
      let annotations = value("annotations", of: metadata),
      let applied = value(annotation, of: annotations)
    else { return nil }
    let isReadable = tree.withValue(of: applied) { hasPlaintext($0, of: unit.unit) }
    return isReadable ? applied : nil
  }

  /// - Throws: `.plaintextElsewhere`.
  static func refuse(in unit: PlacedUnit, source: Span<UInt8>) throws(EnvelopeError) {
    guard let node = place(in: unit) else { return }
    throw EnvelopeError(
      .plaintextElsewhere, message, at: unit.position(of: node, in: source), unit: unit.label)
  }

  static let message =
    "the annotation \(annotation) repeats the values in the clear; remove it, kubectl makes it anew"

  /// Whether an applied configuration has values that are not tokens; true when it cannot be read.
  private static func hasPlaintext(_ text: Span<UInt8>, of unit: SecretUnit) -> Bool {
    guard !text.isEmpty else { return false }
    guard let tree = try? SourceTree.parse(text, syntax: .json),
      let root = tree.documents.first?.root, case .mapping = tree[root].kind
    else { return true }
    if !unit.isSecret {
      var fields = FieldChoice.none
      fields.places[1] = unit.fields
      guard let units = try? ManifestReader.units(in: tree, source: text, fields: fields) else {
        return true
      }
      return units.contains { unit in
        unit.entries.contains { $0.token == nil && $0.kind.isSealed }
      }
    }
    for pair in tree.pairs(of: root)
    where tree.hasValue(pair.key, "data") || tree.hasValue(pair.key, "stringData") {
      for value in tree.pairs(of: pair.value).map(\.value) {
        let isToken = tree.withValue(of: value) { bytes in
          bytes.count > 8 && ConstantTime.equal(bytes.extracting(..<8), Array("SEALWAX1".utf8).span)
        }
        if !isToken { return true }
      }
    }
    return false
  }
}
