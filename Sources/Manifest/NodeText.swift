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
    for pair in pairs(of: mapping) where string(of: pair.key) == key {
      return (pair.key, pair.value)
    }
    return nil
  }

  /// Whether a mapping is in flow style; false for other nodes.
  func isFlowMapping(_ node: NodeID) -> Bool { self[node].kind == .mapping(isFlow: true) }
}
