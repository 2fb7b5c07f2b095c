internal import YAMLSource

/// How a tree's scalars read to Kubernetes.
extension SourceTree {
  /// A scalar's text, or that of the scalar which an alias refers to; nil for collections.
  func resolvedText(of node: NodeID) -> String? {
    if let target = target(of: node) { return string(of: target) }
    return string(of: node)
  }

  /// Whether a node is YAML's or JSON's null.
  func isNull(_ node: NodeID) -> Bool {
    guard self[node].tag == nil else { return false }
    switch self[node].kind {
    case .scalar(.absent): return true
    case .scalar(.plain):
      return hasValue(node, "null") || hasValue(node, "~") || hasValue(node, "Null")
        || hasValue(node, "NULL")
    default: return false
    }
  }

  /// The pair of a mapping that has a key.
  func pair(_ key: String, in mapping: NodeID) -> (key: NodeID, value: NodeID)? {
    for pair in eachPair(of: mapping) where string(of: pair.key) == key {
      return (pair.key, pair.value)
    }
    return nil
  }

  /// The annotation with the envelope of an object, as far as it is written plainly.
  func envelope(of object: NodeID) -> NodeID? {
    guard let metadata = pair("metadata", in: object)?.value,
      let annotations = pair("annotations", in: metadata)?.value
    else { return nil }
    return pair(EnvelopeAnnotation.name, in: annotations)?.value
  }

  /// Whether an alias in a document refers to a node.
  func hasAlias(to node: NodeID, document: Int) -> Bool {
    var open = documents.indices.contains(document) ? [documents[document].root] : []
    while let last = open.popLast() {
      guard let next = last else { continue }
      if target(of: next) == node { return true }
      open.append(contentsOf: children(of: next))
    }
    return false
  }

  /// Whether a collection is in flow style.
  func isFlow(_ node: NodeID) -> Bool {
    self[node].kind == .mapping(isFlow: true) || self[node].kind == .sequence(isFlow: true)
  }

  /// Whether a mapping is in flow style; false for other nodes.
  func isFlowMapping(_ node: NodeID) -> Bool { self[node].kind == .mapping(isFlow: true) }
}
