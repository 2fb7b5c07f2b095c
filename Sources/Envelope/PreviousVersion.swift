internal import Manifest
internal import YAMLSource

/// An earlier sealed version of a manifest, to keep data keys and tokens from.
struct PreviousVersion {
  let tree: SourceTree
  private let units: [SecretUnit]
  private let byIdentity: [UnitIdentity: Int]

  struct Found {
    let unit: SecretUnit
    let annotation: EnvelopeAnnotation
    let envelope: Envelope
    let hasSameIdentity: Bool
  }

  init(_ text: Span<UInt8>) throws(EnvelopeError) {
    (tree, units) = try ManifestSealer.read(text)
    var byIdentity: [UnitIdentity: Int] = [:]
    for (index, unit) in units.enumerated() where byIdentity[unit.identity] == nil {
      byIdentity[unit.identity] = index
    }
    self.byIdentity = byIdentity
  }

  /// The sealed unit of this identity, else (it was renamed) the one at this place.
  func unit(for identity: UnitIdentity, at index: Int) -> Found? {
    let place = byIdentity[identity] ?? (units.indices.contains(index) ? index : nil)
    guard let place, let annotation = units[place].envelope,
      let envelope = try? Envelope.parse(annotation.text)
    else { return nil }
    return Found(
      unit: units[place], annotation: annotation, envelope: envelope,
      hasSameIdentity: units[place].identity == identity)
  }
}
