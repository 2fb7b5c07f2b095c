internal import Manifest
internal import YAMLSource

/// An earlier version of a manifest, to keep data keys and tokens from.
struct PreviousVersion {
  let tree: SourceTree
  /// For each unit of the new version the one it was, if there is one.
  private let matches: [PlacedUnit?]

  /// Finds for each new unit its earlier self: the one of the same identity, in order if there are
  /// several, else, when renames are to be followed, the one at the same place whose identity is
  /// gone.
  ///
  /// No earlier unit is found twice: a data key serves one unit only.
  init(
    _ manifest: ReadManifest, of units: [PlacedUnit], followsRenames: Bool
  ) {
    tree = manifest.tree
    var places: [UnitIdentity: [Int]] = [:]
    for (index, unit) in manifest.units.enumerated().reversed() {
      places[unit.unit.identity, default: []].append(index)
    }
    var matches: [PlacedUnit?] = []
    for unit in units {
      matches.append(places[unit.unit.identity]?.popLast().map { manifest.units[$0] })
    }
    let identities = Set(units.map(\.unit.identity))
    for index in units.indices where followsRenames && matches[index] == nil {
      guard manifest.units.indices.contains(index),
        !identities.contains(manifest.units[index].unit.identity)
      else { continue }
      matches[index] = manifest.units[index]
    }
    self.matches = matches
  }

  /// The earlier self of the new unit at an index.
  func unit(_ index: Int) -> PlacedUnit? { matches.indices.contains(index) ? matches[index] : nil }
}
