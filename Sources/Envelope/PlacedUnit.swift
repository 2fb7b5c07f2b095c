internal import Manifest
internal import YAMLSource

/// A Secret with the tree that it is part of.
///
/// An object, since it is handed on many times and made of many parts.
final class PlacedUnit: Sendable {
  let unit: SecretUnit
  let tree: SourceTree

  init(unit: SecretUnit, tree: SourceTree) {
    self.unit = unit
    self.tree = tree
  }

  var entries: [UnitEntry] { unit.entries }
  var label: String { unit.label }
  var start: SourcePosition { unit.position }

  /// How many entries are told of: not those where nothing is.
  var shownCount: Int { entries.count { !$0.kind.isEmpty } }

  /// About as many bytes as the entries take where they stand, from the first to the last.
  var entryByteCount: Int {
    guard let first = entries.first, let last = entries.last else { return 0 }
    return last.contentRange.upperBound - first.contentRange.lowerBound
  }

  func position(of entry: UnitEntry, in source: Span<UInt8>) -> SourcePosition {
    tree.position(of: entry.contentRange.lowerBound, in: source)
  }

  func position(of node: NodeID, in source: Span<UInt8>) -> SourcePosition {
    tree.position(of: tree[node].range.lowerBound, in: source)
  }
}
