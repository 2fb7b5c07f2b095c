internal import YAMLSource

/// Where a unit's envelope goes.
struct EnvelopePlace {
  /// The mapping under `metadata`.
  let metadata: NodeID
  /// The mapping under `annotations`, or the absent scalar there in a block mapping; nil when there
  /// is no such key.
  let annotations: NodeID?

  init(for unit: SecretUnit, tree: SourceTree, source: Span<UInt8>) throws(ManifestError) {
    guard
      let pair = tree.eachPair(of: unit.root).first(where: { tree.hasValue($0.key, "metadata") }),
      case .mapping = tree[pair.value].kind
    else {
      throw ManifestError(
        .missingMetadata, "the Secret has no metadata to put the envelope into", at: unit.position)
    }
    metadata = pair.value
    guard
      let entry = tree.eachPair(of: metadata).first(where: { tree.hasValue($0.key, "annotations") })
    else {
      annotations = nil
      return
    }
    annotations = entry.value
    let node = tree[entry.value]
    switch node.kind {
    case .mapping: return
    case .alias:
      throw ManifestError(
        .aliasedMapping, "metadata.annotations is an alias; write the mapping out",
        at: tree.position(of: node.range.lowerBound, in: source))
    case .scalar(.absent)
    where node.tag == nil && !tree.isFlowMapping(metadata)
      && node.range.lowerBound > tree[entry.key].range.upperBound:
      // Lines with the envelope can follow the colon.
      return
    default:
      throw ManifestError(
        .nullAnnotations, "metadata.annotations is not a mapping; remove it or write {}",
        at: tree.position(of: node.range.lowerBound, in: source))
    }
  }
}
