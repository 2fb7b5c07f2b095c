internal import Manifest
internal import YAMLSource

/// Makes texts of what YAML reads as something else, where an object's metadata and its type take
/// nothing but texts.
///
/// A plain `1` or `on` under `labels` is a number or a truth value, and the controller refuses the
/// whole SealedSecret for it (ObjectMeta in the API reference: maps of texts). kubeseal reads it as a
/// text when it seals.
struct TemplateTexts {
  private let tree: SourceTree
  private let fields: FieldEditor
  /// What YAML 1.1 has for true and false, in lower case.
  private static let truths: Set<String> = ["true", "yes", "on", "y"]
  private static let untruths: Set<String> = ["false", "no", "off", "n"]

  init(_ tree: SourceTree) {
    self.tree = tree
    fields = FieldEditor(tree)
  }

  /// Puts what has to be a text into quotes; false when all is.
  ///
  /// - Parameter object: A Secret, or the template of one.
  /// - Throws: `.notString`, `.notMapping` for what no quotes make right.
  func quote(
    in object: NodeID, _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    var isDone = true
    if let type = tree.field("type", of: object)?.value {
      if try quote(type, "type", source, &edits) { isDone = false }
    }
    try checkImmutable(object, source)
    guard let metadata = tree.field("metadata", of: object)?.value else { return !isDone }
    for field in ["name", "namespace", "generateName"] {
      guard let node = tree.field(field, of: metadata)?.value else { continue }
      if try quote(node, field, source, &edits) { isDone = false }
    }
    for field in ["labels", "annotations"] {
      for pair in try pairs(field, of: metadata, source) {
        let name = tree.string(of: pair.key) ?? ""
        if field == "annotations", SealingScope.annotations.contains(where: { $0.name == name }),
          tree.isImplicit(pair.value),
          let text = tree.string(of: pair.value), Self.truths.contains(text.lowercased())
        {
          try fields.replace(pair.value, with: "true", source: source, edits: &edits)
          isDone = false
        } else if try quote(pair.value, "\(field)/\(name)", source, &edits) {
          isDone = false
        }
      }
    }
    if let finalizers = tree.field("finalizers", of: metadata)?.value {
      for item in try items(finalizers, source)
      where try quote(item, "finalizers", source, &edits) { isDone = false }
    }
    return !isDone
  }

  private func quote(
    _ node: NodeID, _ name: String, _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    let scalar = tree.target(of: node) ?? node
    guard case .scalar = tree[scalar].kind else {
      throw error(.notString, "\(name) is a collection, not a text", node, source)
    }
    switch tree.resolvedTag(of: scalar) {
    case nil, "tag:yaml.org,2002:str", "!", "tag:yaml.org,2002:null": break
    default:
      throw error(
        .notString, "\(name) has a tag that makes it no text; take the tag out", node, source)
    }
    // Null is the empty text to Kubernetes.
    guard !isNull(scalar), let text = tree.string(of: scalar), tree.isImplicit(scalar) else {
      return false
    }
    guard scalar == node else {
      throw error(
        .notString, "\(name) is an alias of what is no text; write it out", node, source)
    }
    try fields.replace(node, with: text, source: source, edits: &edits)
    return true
  }

  private func pairs(
    _ field: String, of metadata: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) -> [(key: NodeID, value: NodeID)] {
    guard let value = tree.field(field, of: metadata)?.value else { return [] }
    let node = tree.target(of: value) ?? value
    switch tree[node].kind {
    case .mapping:
      let pairs = tree.pairs(of: node)
      for pair in pairs where tree.fieldText(pair.key) == nil {
        throw error(.notString, "\(field) has a key that is no text", pair.key, source)
      }
      return pairs.filter { !tree.hasValue($0.key, "<<") }
    case .scalar where isNull(node): return []
    default: throw error(.notMapping, "\(field) is no mapping of texts", value, source)
    }
  }

  private func items(
    _ node: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) -> [NodeID] {
    switch tree[node].kind {
    case .sequence: return tree.items(of: node)
    case .scalar where isNull(node): return []
    default: throw error(.notString, "finalizers is no list of texts", node, source)
    }
  }

  private func checkImmutable(
    _ object: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) {
    guard let node = tree.field("immutable", of: object)?.value else { return }
    guard case .scalar(let style) = tree[node].kind else {
      throw error(.notString, "immutable is neither true nor false", node, source)
    }
    guard !isNull(node), let word = tree.string(of: node)?.lowercased() else { return }
    let isBare = style == .plain || tree.resolvedTag(of: node) == "tag:yaml.org,2002:bool"
    guard isBare, Self.truths.contains(word) || Self.untruths.contains(word) else {
      throw error(
        .notString, "immutable is neither true nor false; take quotes away", node, source)
    }
  }

  private func isNull(_ node: NodeID) -> Bool {
    tree.fieldText(node) == nil || tree.resolvedTag(of: node) == "tag:yaml.org,2002:null"
  }

  private func error(
    _ code: ManifestError.Code, _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> ManifestError {
    ManifestError(
      code, ShownText.of(message),
      at: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
