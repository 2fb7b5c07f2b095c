import YAMLSource

/// A scalar's source text alone, read again, has the same value.
enum ScalarChecks {
  static func problems(_ text: [UInt8], _ tree: SourceTree) -> [String] {
    tree.allNodes.compactMap { id in
      let node = tree[id]
      guard case .scalar(let style) = node.kind, style != .absent else { return nil }
      var source = Array(text[node.contentRange])
      switch style {
      case .literal, .folded:
        // An indentation indicator counts from the parent's indentation.
        let header = source.prefix { $0 != 0x0a && $0 != 0x0d && $0 != 0x23 }
        if header.contains(where: { (0x31...0x39).contains($0) }) { return nil }
        if node.contentRange.upperBound < text.count { source.append(0x0a) }
        source = Array("--- ".utf8) + source
      case .plain where source.last == 0x3a || source == [0x2d]:
        return nil  // alone it would be a key, or an entry
      default:
        let (open, close) = isInFlow(id, tree) ? ("--- [", "\n]") : ("--- ", "\n")
        source = Array(open.utf8) + source + Array(close.utf8)
      }
      guard let other = try? parse(source, .yaml), let root = other.documents.first?.root else {
        return "\(slice(text, node.contentRange)) cannot be read alone"
      }
      let scalar = other.items(of: root).first ?? root
      return other.string(of: scalar) == tree.string(of: id) && other[scalar].kind == node.kind
        ? nil : "\(slice(text, node.contentRange)) is another scalar alone"
    }
  }

  private static func isInFlow(_ id: NodeID, _ tree: SourceTree) -> Bool {
    guard let parent = tree[id].parent else { return false }
    switch tree[parent].kind {
    case .mapping(let isFlow), .sequence(let isFlow): return isFlow
    case .scalar, .alias: return false
    }
  }
}
