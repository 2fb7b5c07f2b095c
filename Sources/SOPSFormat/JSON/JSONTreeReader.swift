internal import CryptoCore
internal import YAMLSource

/// Reads JSON as SOPS sees it: an object at the top, keys that occur twice kept.
struct JSONTreeReader {
  private let tree: SourceTree
  private let text = TreeText()

  static func read(
    _ source: Span<UInt8>, limits: SourceLimits
  ) throws(SOPSError) -> Tree {
    let tree: SourceTree
    do { tree = try SourceTree.parse(source, syntax: .json, limits: limits) } catch {
      throw SOPSError(error)
    }
    let reader = JSONTreeReader(tree: tree)
    guard let root = tree.documents.first?.root, case .mapping = tree[root].kind else {
      throw SOPSError(
        .unsupportedDocument,
        "the text is not an object, and SOPS takes nothing else: wrap it in one",
        at: .start)
    }
    return Tree(documents: [try reader.object(root, source)], text: reader.text)
  }

  private init(tree: SourceTree) { self.tree = tree }

  private func object(_ id: NodeID, _ source: Span<UInt8>) throws(SOPSError) -> [TreeEntry] {
    var entries: [TreeEntry] = []
    for pair in tree.pairs(of: id) {
      var entry = try value(pair.value, source)
      entry.key = tree.string(of: pair.key) ?? ""
      entry.start = tree[pair.key].range.lowerBound
      entries.append(entry)
    }
    return entries
  }

  private func value(_ id: NodeID, _ source: Span<UInt8>) throws(SOPSError) -> TreeEntry {
    let node = tree[id]
    var entry: TreeEntry
    switch node.kind {
    case .mapping: entry = TreeEntry(content: .mapping(try object(id, source)))
    case .sequence:
      var items: [TreeEntry] = []
      for item in tree.items(of: id) { items.append(try value(item, source)) }
      entry = TreeEntry(content: .list(items))
    case .scalar(.plain):
      do throws(SOPSError) {
        entry = try tree.withValue(of: id) { (text) throws(SOPSError) in try literal(text) }
      } catch {
        throw error.at(tree.position(of: node.contentRange.lowerBound, in: source))
      }
    case .scalar, .alias:
      entry = TreeEntry(
        content: .scalar(.string), text: tree.withValue(of: id) { text.add($0) })
    }
    entry.source = node.contentRange
    return entry
  }

  private func literal(_ bytes: Span<UInt8>) throws(SOPSError) -> TreeEntry {
    if bytes.isSame(as: "null") { return TreeEntry(content: .null) }
    if bytes.isSame(as: "true") {
      return TreeEntry(content: .scalar(.boolean), text: text.add { $0.append("True") })
    }
    if bytes.isSame(as: "false") {
      return TreeEntry(content: .scalar(.boolean), text: text.add { $0.append("False") })
    }
    if let value = CanonicalText.integer(bytes) {
      let range = text.add { CanonicalText.appendInteger(value, to: &$0) }
      return TreeEntry(content: .scalar(.integer), text: range)
    }
    guard let number = DecimalNumber(bytes) else {
      throw SOPSError(.unsupportedValue, "the number is too large for SOPS")
    }
    let range = text.add { output in number.write(.plain) { output.append($0) } }
    return TreeEntry(content: .scalar(.float), text: range)
  }
}
