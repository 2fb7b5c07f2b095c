internal import Manifest
internal import YAMLSource

/// Sets what an object's metadata says, one edit at a time.
struct MetadataEdits {
  let tree: SourceTree
  let fields: FieldEditor
  /// `metadata`.
  let metadata: NodeID

  init(_ tree: SourceTree, metadata: NodeID) {
    self.tree = tree
    self.metadata = metadata
    fields = FieldEditor(tree)
  }

  /// What the API server writes (ObjectMeta in the API reference), and what holds a copy of the
  /// values.
  private static let serverFields: Set<String> = [
    "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
    "deletionGracePeriodSeconds", "managedFields", "ownerReferences",
  ]
  static let copies: Set<String> = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubecfg.ksonnet.io/last-applied-configuration",
  ]

  /// Sets a field to a text; false when it has it.
  func set(
    _ key: String, _ text: String, _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    guard let pair = tree.field(key, of: metadata) else {
      try fields.add([(key, text)], to: metadata, source: source, edits: &edits)
      return true
    }
    if tree.fieldText(pair.value) == text, !tree.isImplicit(pair.value) { return false }
    try fields.replace(pair.value, with: text, source: source, edits: &edits)
    return true
  }

  /// Removes a field; false when there is none.
  func remove(
    _ key: String, _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    guard let pair = tree.field(key, of: metadata) else { return false }
    try fields.remove(pair.key, from: metadata, source: source, edits: &edits)
    return true
  }

  /// Removes a field that a manifest should not have; false when there is none.
  func removeServerField(
    _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    for pair in tree.pairs(of: metadata)
    where tree.string(of: pair.key).map(Self.serverFields.contains) == true {
      try fields.remove(pair.key, from: metadata, source: source, edits: &edits)
      return true
    }
    return try removeAnnotation({ name, _ in Self.copies.contains(name) }, source, &edits)
  }

  /// Makes the annotations say a scope and no other; false when they do.
  func setScope(
    _ scope: SealingScope, _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    let names = Set(SealingScope.annotations.map(\.name))
    let isWrong = { (name: String, text: String?) in
      names.contains(name) && (name != scope.annotation || text != "true")
    }
    if try removeAnnotation(isWrong, source, &edits) { return true }
    guard let annotation = scope.annotation else { return false }
    guard let annotations = tree.field("annotations", of: metadata) else {
      try fields.add(
        "annotations", holding: [(annotation, "true")], to: metadata, source: source,
        edits: &edits)
      return true
    }
    if case .mapping = tree[annotations.value].kind,
      tree.field(annotation, of: annotations.value) != nil
    {
      return false
    }
    try fields.add(
      [(annotation, "true")], to: annotations.value, source: source, edits: &edits)
    return true
  }

  private func removeAnnotation(
    _ isWanted: (String, String?) -> Bool, _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    guard let annotations = tree.field("annotations", of: metadata)?.value else { return false }
    guard tree[annotations].kind != .alias else {
      throw ManifestError(
        .aliasedMapping, "annotations is an alias; write the mapping out",
        at: tree.position(of: tree[annotations].range.lowerBound, in: source))
    }
    for pair in tree.pairs(of: annotations) {
      // A merge key would bring annotations that are not seen here.
      guard let name = tree.string(of: pair.key), name != "<<" else {
        throw ManifestError(
          .mergeKey, "a merge key in annotations; write them out",
          at: tree.position(of: tree[pair.key].range.lowerBound, in: source))
      }
      guard isWanted(name, tree.fieldText(pair.value)) else { continue }
      try fields.remove(pair.key, from: annotations, source: source, edits: &edits)
      return true
    }
    return false
  }
}
