internal import YAMLSource

/// The tokens that decide which node a comment is given to.
struct YAMLToken {
  enum Kind {
    case streamStart, streamEnd
    case directive, documentStart, documentEnd
    case sequenceStart, mappingStart, blockEnd
    case flowSequenceStart, flowSequenceEnd, flowMappingStart, flowMappingEnd
    case entry, flowEntry, key, value
    case anchor, tag, alias, scalar
  }

  let kind: Kind
  let start: YAMLMark
}

/// Where a token stands whose end the tree knows: an anchor, a tag, an alias or a scalar.
struct YAMLLeaf {
  let kind: YAMLToken.Kind
  let range: Range<Int>
  var style = ScalarStyle.plain

  static func all(in tree: SourceTree) -> [YAMLLeaf] {
    var result: [YAMLLeaf] = []
    result.reserveCapacity(tree.nodeCount)
    for id in tree.nodes {
      let node = tree[id]
      var properties: [YAMLLeaf] = []
      if let anchor = node.anchor { properties.append(YAMLLeaf(kind: .anchor, range: anchor)) }
      if let tag = node.tag {
        let isFirst = properties.first.map { tag.lowerBound < $0.range.lowerBound } ?? true
        properties.insert(YAMLLeaf(kind: .tag, range: tag), at: isFirst ? 0 : 1)
      }
      result += properties
      switch node.kind {
      case .alias: result.append(YAMLLeaf(kind: .alias, range: node.contentRange))
      case .scalar(.absent): break
      case .scalar(let style):
        result.append(YAMLLeaf(kind: .scalar, range: node.contentRange, style: style))
      case .sequence, .mapping: break
      }
    }
    return result
  }
}
