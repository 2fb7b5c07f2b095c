internal import Manifest
internal import YAMLSource

/// Labels and annotations of a Secret that go into a SealedSecret's template, as kubeseal has it.
struct MergedMetadata {
  private var maps: [(field: String, entries: [(key: String, text: String)])] = []

  /// - Throws: `.notMapping`, `.notString`, `.mergeKey` when they are no maps of texts.
  init(of unit: SecretUnit, tree: SourceTree, source: Span<UInt8>) throws(ManifestError) {
    guard let metadata = tree.field("metadata", of: unit.root)?.value else { return }
    let scopes = SealingScope.annotations.map(\.name)
    for field in ["labels", "annotations"] {
      guard let node = tree.field(field, of: metadata)?.value else { continue }
      var entries: [(key: String, text: String)] = []
      let target = tree.target(of: node) ?? node
      switch tree[target].kind {
      case .mapping: break
      case .scalar where tree.fieldText(target) == nil: continue
      default:
        throw ManifestError(
          .notMapping, "\(field) is not a mapping",
          at: tree.position(of: tree[node].range.lowerBound, in: source))
      }
      for pair in tree.pairs(of: target) {
        guard let key = tree.string(of: pair.key), key != "<<" else {
          throw ManifestError(
            .mergeKey, "a merge key in \(field); write the entries out",
            at: tree.position(of: tree[pair.key].range.lowerBound, in: source))
        }
        // What the values are bound to is the SealedSecret's to say.
        guard !scopes.contains(key), !MetadataEdits.copies.contains(key) else { continue }
        guard case .scalar = tree[tree.target(of: pair.value) ?? pair.value].kind else {
          throw ManifestError(
            .notString, "\(field)/\(ShownText.of(key)) is a collection, not a text",
            at: tree.position(of: tree[pair.value].range.lowerBound, in: source))
        }
        entries.append((key, tree.fieldText(pair.value) ?? ""))
      }
      if !entries.isEmpty { maps.append((field, entries)) }
    }
  }

  /// Whether there is nothing to carry over.
  var isEmpty: Bool { maps.isEmpty }

  /// Makes the next edit that a SealedSecret needs to have them; false when it has them.
  func carryOver(
    to object: SealedSecretObject, _ tree: SourceTree, _ source: Span<UInt8>,
    _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    let fields = FieldEditor(tree)
    func add(_ key: String, holding entries: [(key: String, text: String)], to node: NodeID)
      throws(ManifestError)
    {
      if let absent = tree.field(key, of: node)?.value {
        try fields.add(entries, to: absent, source: source, edits: &edits)
      } else {
        try fields.add(key, holding: entries, to: node, source: source, edits: &edits)
      }
    }
    guard let template = object.template else {
      // It is the type of a Secret that names none.
      try add("template", holding: [("type", "Opaque")], to: object.spec)
      return true
    }
    guard let metadata = object.templateMetadata else {
      let names = [(key: "name", text: object.name), (key: "namespace", text: object.namespace)]
      try add("metadata", holding: names.filter { !$0.text.isEmpty }, to: template)
      return true
    }
    for (field, entries) in maps {
      guard let place = tree.field(field, of: metadata)?.value else {
        try fields.add(field, holding: entries, to: metadata, source: source, edits: &edits)
        return true
      }
      var isDone = true
      var added: [(key: String, text: String)] = []
      for entry in entries {
        guard let old = tree.field(entry.key, of: place)?.value else {
          added.append(entry)
          continue
        }
        guard tree.fieldText(old) != entry.text || tree.isImplicit(old) else { continue }
        try fields.replace(old, with: entry.text, source: source, edits: &edits)
        isDone = false
      }
      if !isDone { return true }
      guard added.isEmpty else {
        try fields.add(added, to: place, source: source, edits: &edits)
        return true
      }
    }
    return false
  }
}
