internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// The fields of a mapping, with those of its merge keys and aliases followed.
struct Fields {
  /// Merge keys are not followed beyond so many fields, which could multiply.
  private static let maximumMergedCount = 2_000

  private(set) var pairs: [(key: NodeID, value: NodeID)] = []
  private let tree: SourceTree

  init(of mapping: NodeID, in tree: SourceTree) {
    self.tree = tree
    var seen: Set<NodeID> = []
    var open = [tree.resolved(mapping)]
    while let next = open.popLast(), seen.isEmpty || pairs.count < Self.maximumMergedCount {
      guard seen.insert(next).inserted else { continue }
      for pair in tree.pairs(of: next) {
        guard seen.count == 1 || pairs.count < Self.maximumMergedCount else { break }
        let key = tree.resolved(pair.key)
        guard tree.hasValue(key, "<<") else {
          pairs.append((key, tree.resolved(pair.value)))
          continue
        }
        let merged = tree.resolved(pair.value)
        open.append(merged)
        open += tree.items(of: merged).map { tree.resolved($0) }
      }
    }
  }

  /// The first value of a field.
  subscript(_ name: StaticString) -> NodeID? {
    pairs.first {
      tree.hasValue($0.key, name) || tree.binaryText(of: $0.key) == name.description
    }?.value
  }

  /// The short texts of a field, which may stand there more than once.
  func texts(_ name: StaticString) -> [String] {
    pairs.lazy.filter {
      tree.hasValue($0.key, name) || tree.binaryText(of: $0.key) == name.description
    }.map(\.value).filter { node in tree.withValue(of: node) { $0.count <= 256 } }
      .compactMap { tree.binaryText(of: $0) ?? tree.string(of: $0) }
  }

  /// A field's text, when it is a short scalar.
  func text(_ name: StaticString) -> String? {
    guard let node = self[name], tree.withValue(of: node, { $0.count <= 256 }) else { return nil }
    return tree.binaryText(of: node) ?? tree.string(of: node)
  }
}

extension SourceTree {
  /// The node itself, or what an alias refers to.
  func resolved(_ node: NodeID) -> NodeID { target(of: node) ?? node }

  func isCollection(_ node: NodeID) -> Bool {
    switch self[node].kind {
    case .mapping, .sequence: true
    default: false
    }
  }

  /// What `!!binary` makes of a scalar: to Kubernetes that is its text; nil for other nodes.
  func binaryText(of node: NodeID) -> String? {
    guard resolvedTag(of: node) == "tag:yaml.org,2002:binary",
      withValue(of: node, { $0.count <= 1024 })
    else { return nil }
    var bytes = WipedBuffer()
    let isDecoded = withValue(of: node) { text in
      var symbols = WipedBuffer()
      for index in text.indices where !text[index].isBlank && !text[index].isLineBreak {
        symbols.append(text.extracting(index..<index + 1))
      }
      return LenientBase64.decode(symbols.bytes, appendingTo: &bytes)
    }
    return isDecoded ? bytes.bytes.text : nil
  }

  /// A key's name for a message; keys are public.
  func shownKey(_ key: NodeID) -> String {
    guard withValue(of: key, { $0.count <= 1024 }), let text = string(of: key) else { return "..." }
    return ShownName.text(text)
  }

  /// What a value is; of a template that reads as a collection, the source is judged.
  func entryValue(_ node: NodeID, in bytes: Span<UInt8>, isText: Bool = false) -> EntryValue {
    if isCollection(node) {
      let range = self[node].contentRange
      guard bytes.has("{{", at: range.lowerBound) else { return .plaintext }
      return EntryValue(bytes.extracting(range), isText: isText)
    }
    switch self[node].kind {
    case .scalar(.absent): return .empty
    case .scalar(.plain) where hasValue(node, "null") || hasValue(node, "~"): return .empty
    default: return withValue(of: node) { EntryValue($0, isText: isText) }
    }
  }
}
