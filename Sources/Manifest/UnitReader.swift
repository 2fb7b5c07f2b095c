internal import YAMLSource

/// Reads one Secret, or another object of which fields are sealed.
struct UnitReader {
  let tree: SourceTree
  let root: NodeID
  let document: Int
  /// As `SecretUnit.place`.
  let objectPlace: Int
  let position: SourcePosition

  /// How long a name or type may be, in bytes; Kubernetes allows less.
  private static let maximumTextByteCount = 1_024

  func read(_ source: Span<UInt8>) throws(ManifestError) -> SecretUnit {
    try checkKeys(of: root, source)
    var metadata = Metadata()
    var typeName = ""
    var mappings: [EncryptedMapping] = []
    var unknown: NodeID?
    for pair in tree.eachPair(of: root) {
      switch tree.string(of: pair.key) {
      case "metadata": metadata = try readMetadata(pair.value, source)
      case "type": typeName = try text(of: pair.value, "type", source)
      case "<<":
        throw error(
          .mergeKey, "a merge key in a Secret would hide what it is; write the fields out",
          pair.key, source)
      case "data": mappings.append(try mapping("data", pair.key, pair.value, source))
      case "stringData": mappings.append(try mapping("stringData", pair.key, pair.value, source))
      case "apiVersion", "kind", "immutable": break
      default: unknown = unknown ?? pair.key
      }
    }
    let entries = try EntryCollector(tree: tree, mappings: mappings).entries(source)
    if let unknown {
      // A mistyped `stringData`, for instance.
      let name = Printable.text(tree.string(of: unknown) ?? "")
      throw error(
        .unknownField, "a Secret has no field '\(name)', and its value would stay readable",
        unknown, source)
    }
    return SecretUnit(
      document: document, root: root,
      identity: UnitIdentity(
        apiVersion: "v1", kind: "Secret", namespace: metadata.namespace, name: metadata.name),
      typeName: typeName, position: position, entries: entries,
      envelope: metadata.envelope, fields: [], number: 0, place: objectPlace)
  }

  /// Reads another object.
  ///
  /// - Returns: Nil when there is nothing to seal in it and it has no envelope.
  func read(
    _ header: ObjectHeader, number: Int, choice: FieldChoice, _ source: Span<UInt8>
  ) throws(ManifestError) -> SecretUnit? {
    let annotation = tree.envelope(of: root)
    let rule = choice.rule(for: header)
    let place = choice.places[number]
    guard annotation != nil || rule != nil || place != nil else { return nil }
    guard !header.hasMergeKey else {
      throw error(
        .mergeKey, "a merge key in an object of which fields are sealed; write the fields out",
        root, source)
    }
    try checkKeys(of: root, source)
    guard header.apiVersions.count == 1, header.kinds.count == 1,
      let apiVersion = header.apiVersions.first, let kind = header.kinds.first
    else {
      throw error(
        .unclearObject, "an object of which fields are sealed says apiVersion and kind", root,
        source)
    }
    var metadata = Metadata()
    if let pair = tree.pair("metadata", in: root) {
      metadata = try readMetadata(pair.value, source)
    }
    let fields =
      place ?? metadata.envelope.map { FieldPattern.patterns(inEnvelope: $0.text) }
      ?? choice.patterns(apiVersion: apiVersion, kind: kind)
    let entries = try FieldCollector.entries(
      of: root, patterns: fields, tree: tree, source: source)
    guard metadata.envelope != nil || entries.contains(where: \.kind.isSealed) else { return nil }
    return SecretUnit(
      document: document, root: root,
      identity: UnitIdentity(
        apiVersion: apiVersion, kind: kind, namespace: metadata.namespace, name: metadata.name),
      typeName: "", position: position, entries: entries, envelope: metadata.envelope,
      fields: fields, number: number, place: objectPlace)
  }

  private struct Metadata {
    var namespace = ""
    var name = ""
    var envelope: EnvelopeAnnotation?
  }

  private func readMetadata(
    _ node: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) -> Metadata {
    var metadata = Metadata()
    switch tree[node].kind {
    case .mapping: try checkKeys(of: node, source)
    case .alias:
      throw error(.aliasedMapping, "metadata is an alias; write the mapping out", node, source)
    default:
      if tree.isNull(node) { return metadata }
      throw error(.notMapping, "metadata is not a mapping", node, source)
    }
    for pair in tree.eachPair(of: node) {
      switch tree.string(of: pair.key) {
      case "name": metadata.name = try text(of: pair.value, "metadata.name", source)
      case "namespace":
        metadata.namespace = try text(of: pair.value, "metadata.namespace", source)
      case "<<":
        throw error(
          .mergeKey, "a merge key in metadata would hide the name; write the fields out",
          pair.key, source)
      case "annotations":
        try refuseDuplicates(in: pair.value, source)
        metadata.envelope = try annotation(in: pair.value, source)
      default: break
      }
    }
    return metadata
  }

  /// The text of a field, an alias followed; empty for null.
  private func text(
    of node: NodeID, _ field: String, _ source: Span<UInt8>
  ) throws(ManifestError) -> String {
    let scalar = tree.target(of: node) ?? node
    if tree.isNull(scalar) { return "" }
    // Aliases would multiply a long text.
    guard tree.withValue(of: scalar, { $0.count <= Self.maximumTextByteCount }) else {
      throw error(.tooLong, "\(field) has more than 1,024 bytes", node, source)
    }
    guard let text = tree.resolvedText(of: node) else {
      throw error(.notScalar, "\(field) is not a text", node, source)
    }
    return text
  }

  /// The mapping, or the null, under `data` or `stringData`.
  private func mapping(
    _ name: String, _ key: NodeID, _ value: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) -> EncryptedMapping {
    switch tree[value].kind {
    case .mapping: try refuseDuplicates(in: value, source)
    case .alias:
      throw error(.aliasedMapping, "\(name) is an alias; write the mapping out", value, source)
    default:
      guard tree.isNull(value) else {
        throw error(.notMapping, "\(name) is not a mapping", value, source)
      }
    }
    let isInFlow = tree.isFlowMapping(root)
    return EncryptedMapping(
      name: name, key: key, value: value, isInFlow: isInFlow,
      unitIndentation: isInFlow
        ? 0 : MappingEditor(tree: tree).indentation(of: root, source: source))
  }

  private func annotation(
    in annotations: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) -> EnvelopeAnnotation? {
    guard let pair = tree.pair(EnvelopeAnnotation.name, in: annotations) else { return nil }
    guard let text = tree.string(of: pair.value) else {
      throw error(.notScalar, "\(EnvelopeAnnotation.name) is not a text", pair.value, source)
    }
    return EnvelopeAnnotation(key: pair.key, value: pair.value, text: text)
  }

  /// Refuses what could hide a field: keys that are no scalars, and keys that stand twice.
  private func checkKeys(of mapping: NodeID, _ source: Span<UInt8>) throws(ManifestError) {
    for pair in tree.eachPair(of: mapping) {
      guard case .scalar = tree[pair.key].kind else {
        throw error(.notScalar, "a key that is not written as a text", pair.key, source)
      }
    }
    try refuseDuplicates(in: mapping, source)
  }

  private func refuseDuplicates(
    in mapping: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) {
    guard let key = tree.duplicateKeys(of: mapping).first else { return }
    throw error(
      .duplicateKey, "the key '\(Printable.text(tree.string(of: key) ?? ""))' stands twice", key,
      source)
  }

  private func error(
    _ code: ManifestError.Code, _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> ManifestError {
    ManifestError(code, message, at: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
