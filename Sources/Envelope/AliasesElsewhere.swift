internal import Manifest
internal import YAMLSource

/// Finds what outside of a Secret's entries refers to a value that is to be sealed: it would become the
/// token, as a label for instance that Kubernetes refuses.
struct AliasesElsewhere {
  private var aliases: [NodeID: [NodeID]] = [:]

  init(in tree: SourceTree) {
    guard tree.hasAliases else { return }
    for node in tree.nodes where tree[node].kind == .alias {
      if let target = tree.target(of: node) { aliases[target, default: []].append(node) }
    }
  }

  /// - Throws: `.manifest`, at the first such alias.
  func refuse(to unit: PlacedUnit, source: Span<UInt8>) throws(EnvelopeError) {
    guard !aliases.isEmpty else { return }
    let own = Set(unit.entries.compactMap(\.node))
    for entry in unit.entries where entry.kind == .value && entry.anchor != nil {
      guard let node = entry.node, let alias = aliases[node]?.first(where: { !own.contains($0) })
      else { continue }
      throw EnvelopeError(
        ManifestError(
          .aliasOutside,
          "an alias here refers to \(ShownNames.one(entry.name)), which is to be sealed; write it out",
          at: unit.position(of: alias, in: source)))
    }
  }
}
