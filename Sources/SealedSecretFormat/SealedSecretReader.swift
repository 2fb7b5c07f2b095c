internal import Manifest
public import YAMLSource

/// Finds the SealedSecrets of a manifest.
public enum SealedSecretReader {
  /// Every SealedSecret, in the order of the text: documents, and items of lists.
  ///
  /// - Throws: `.malformed` when one is not what the controller takes, or could be read in two ways;
  ///   `.unsupported` for another version. Other documents are not judged.
  public static func objects(
    in tree: SourceTree, source: Span<UInt8>
  ) throws(SealedSecretError) -> [SealedSecretObject] {
    var walk = SealedSecretWalk(tree: tree)
    for document in tree.documents {
      guard let root = document.root else { continue }
      try walk.visit(root, isInSealedSecretList: false, source)
    }
    return walk.objects
  }

  /// The `apiVersion` and `kind` of lists that say what is in them, as `SealedSecretList` does.
  static func lists(
    in tree: SourceTree, kind: String
  ) -> [(apiVersion: NodeID?, kind: NodeID)] {
    tree.documents.compactMap { document in
      guard let root = document.root, let pair = tree.field("kind", of: root),
        tree.fieldText(pair.value) == kind
      else { return nil }
      return (tree.field("apiVersion", of: root)?.value, pair.value)
    }
  }
}

/// One reading of a manifest.
private struct SealedSecretWalk {
  let tree: SourceTree
  private(set) var objects: [SealedSecretObject] = []

  init(tree: SourceTree) { self.tree = tree }

  mutating func visit(
    _ node: NodeID, isInSealedSecretList: Bool, _ source: Span<UInt8>
  ) throws(SealedSecretError) {
    guard case .mapping = tree[node].kind else { return }
    let version = text("apiVersion", of: node)
    let kind = text("kind", of: node)
    let saysNothing = version.isEmpty && kind.isEmpty
    if kind == SealedSecretObject.kind || (isInSealedSecretList && saysNothing) {
      guard version.isEmpty || version.hasPrefix("bitnami.com/") else { return }
      guard version == SealedSecretObject.apiVersion || isInSealedSecretList else {
        throw SealedSecretError(
          .unsupported, "a SealedSecret of another version than bitnami.com/v1alpha1",
          at: tree.position(of: tree[node].range.lowerBound, in: source))
      }
      objects.append(try ObjectReader(tree: tree, root: node).read(source))
      return
    }
    guard kind.hasSuffix("List"), let items = tree.field("items", of: node) else { return }
    for item in tree.items(of: items.value) {
      try visit(item, isInSealedSecretList: kind == "SealedSecretList", source)
    }
  }

  private func text(_ key: String, of node: NodeID) -> String {
    tree.field(key, of: node).flatMap { tree.fieldText($0.value) } ?? ""
  }
}

/// Reads one SealedSecret.
private struct ObjectReader {
  let tree: SourceTree
  let root: NodeID

  /// Far more than etcd takes: each is at least 400 bytes.
  private static let maximumEntryCount = 10_000
  /// In bytes; Kubernetes allows less.
  private static let maximumNameByteCount = 1_024

  func read(_ source: Span<UInt8>) throws(SealedSecretError) -> SealedSecretObject {
    try check(root, source)
    let metadata = try mapping("metadata", of: root, source)
    let spec = try mapping("spec", of: root, source)
    guard let spec else { throw error("a SealedSecret without spec", root, source) }
    let annotations = try metadata.flatMap { node throws(SealedSecretError) in
      try mapping("annotations", of: node, source)
    }
    let encryptedData = try mapping("encryptedData", of: spec, source)
    let template = try mapping("template", of: spec, source)
    let templateMetadata = try template.flatMap { node throws(SealedSecretError) in
      try mapping("metadata", of: node, source)
    }
    if let templateMetadata { _ = try mapping("annotations", of: templateMetadata, source) }
    let templateData = try template.flatMap { node throws(SealedSecretError) in
      try mapping("data", of: node, source)
    }
    return SealedSecretObject(
      root: root, position: tree.position(of: tree[root].range.lowerBound, in: source),
      name: try metadata.map { node throws(SealedSecretError) in
        try text("name", of: node, source)
      } ?? "",
      namespace: try metadata.map { node throws(SealedSecretError) in
        try text("namespace", of: node, source)
      } ?? "",
      scope: scope(annotations), entries: try entries(encryptedData, source),
      typeName: try template.map { node throws(SealedSecretError) in
        try text("type", of: node, source)
      } ?? "",
      spec: spec, encryptedData: encryptedData, template: template,
      templateMetadata: templateMetadata,
      templated: try entries(templateData, source),
      hasWholeData: tree.field("data", of: spec).map { tree.fieldText($0.value) != nil } ?? false)
  }

  private func scope(_ annotations: NodeID?) -> SealingScope {
    guard let annotations else { return .strict }
    for (name, scope) in SealingScope.annotations {
      if let pair = tree.field(name, of: annotations), tree.fieldText(pair.value) == "true" {
        return scope
      }
    }
    return .strict
  }

  private func entries(
    _ mapping: NodeID?, _ source: Span<UInt8>
  ) throws(SealedSecretError) -> [SealedSecretObject.Entry] {
    guard let mapping else { return [] }
    var entries: [SealedSecretObject.Entry] = []
    let pairs = tree.pairs(of: mapping)
    guard pairs.count <= Self.maximumEntryCount else {
      throw error("more than 10,000 sealed values", mapping, source)
    }
    for pair in pairs {
      guard let key = tree.string(of: pair.key), case .scalar = tree[pair.value].kind else {
        throw error("a value is a text; write aliases out", pair.value, source)
      }
      entries.append(SealedSecretObject.Entry(key: key, node: pair.value))
    }
    return entries
  }

  /// The mapping under a key; nil when it is not there, or null.
  private func mapping(
    _ key: String, of node: NodeID, _ source: Span<UInt8>
  ) throws(SealedSecretError) -> NodeID? {
    guard let pair = tree.field(key, of: node) else { return nil }
    guard case .mapping = tree[pair.value].kind else {
      if case .scalar = tree[pair.value].kind, tree.fieldText(pair.value) == nil { return nil }
      throw error("\(key) is not a mapping; write aliases out", pair.value, source)
    }
    try check(pair.value, source)
    return pair.value
  }

  private func text(
    _ key: String, of node: NodeID, _ source: Span<UInt8>
  ) throws(SealedSecretError) -> String {
    guard let pair = tree.field(key, of: node) else { return "" }
    guard case .scalar = tree[pair.value].kind else {
      throw error("\(key) is not a text; write aliases out", pair.value, source)
    }
    guard tree.withValue(of: pair.value, { $0.count <= Self.maximumNameByteCount }) else {
      throw error("\(key) has more than 1,024 bytes", pair.value, source)
    }
    return tree.fieldText(pair.value) ?? ""
  }

  /// Refuses what could hide a field.
  private func check(_ mapping: NodeID, _ source: Span<UInt8>) throws(SealedSecretError) {
    for pair in tree.pairs(of: mapping) {
      guard case .scalar = tree[pair.key].kind else {
        throw error("a key that is not written as a text", pair.key, source)
      }
      if tree.hasValue(pair.key, "<<") {
        throw error("a merge key would hide what is meant; write the fields out", pair.key, source)
      }
    }
    if let key = tree.duplicateKeys(of: mapping).first {
      let name = SealedSecretNames.shown(tree.string(of: key) ?? "")
      throw error("the key '\(name)' stands twice", key, source)
    }
  }

  private func error(
    _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> SealedSecretError {
    SealedSecretError(
      .malformed, message, at: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
