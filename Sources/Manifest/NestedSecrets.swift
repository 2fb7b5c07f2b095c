public import YAMLSource

/// A Secret within another object, which is no unit and stays as it is.
public struct NestedSecret: Sendable {
  /// Its mapping.
  public let node: NodeID
  /// The values under its `data` and `stringData`.
  public let values: [NodeID]
}

extension ManifestReader {
  /// The Secrets with values in objects that are no units: in `items` of what is no list of v1,
  /// which kubectl takes apart all the same, in templates, in what a controller is to create.
  ///
  /// Their values are those that no entry of a unit covers.
  ///
  /// - Parameter units: Those of the tree.
  public static func nestedSecrets(
    in tree: SourceTree, beside units: [SecretUnit]
  ) -> [NestedSecret] {
    var roots: [NodeID: SecretUnit] = [:]
    for unit in units { roots[unit.root] = unit }
    var found: [NestedSecret] = []
    var headers = HeaderCache()
    var covered: Set<NodeID> = []
    var open = tree.documents.reversed().compactMap(\.root)
    while let node = open.popLast() {
      if let unit = roots[node] {
        guard !unit.isSecret else { continue }
        covered.formUnion(unit.entries.lazy.filter(\.kind.isSealed).compactMap(\.node))
      }
      switch tree[node].kind {
      case .sequence: open += tree.items(of: node).reversed()
      case .mapping:
        let header = ObjectHeader(of: node, in: tree, cache: &headers)
        if header.isSecret || header.isUnclearSecret {
          let values = values(of: node, in: tree).filter { !covered.contains($0) }
          if !values.isEmpty { found.append(NestedSecret(node: node, values: values)) }
        } else {
          open += tree.pairs(of: node).reversed().map(\.value)
        }
      default: break
      }
    }
    return found
  }

  /// The values of a Secret that are not empty, aliases followed.
  private static func values(of secret: NodeID, in tree: SourceTree) -> [NodeID] {
    tree.pairs(of: secret).flatMap { pair -> [NodeID] in
      guard tree.hasValue(pair.key, "data") || tree.hasValue(pair.key, "stringData") else {
        return []
      }
      let mapping = tree.target(of: pair.value) ?? pair.value
      let values = tree.pairs(of: mapping).map { tree.target(of: $0.value) ?? $0.value }
      return (values.isEmpty ? [mapping] : values).filter { value in
        !tree.isNull(value) && !tree.withValue(of: value) { $0.isEmpty }
      }
    }
  }
}
