internal import YAMLSource

/// Reads one Secret.
struct UnitReader {
  let tree: SourceTree
  let root: NodeID
  let document: Int
  let header: DocumentKind

  /// The names of the mappings whose values are secret.
  private static let encryptedKeys = ["data", "stringData"]

  func read(_ source: Span<UInt8>) throws(ManifestError) -> SecretUnit {
    try refuseDuplicates(in: root, source)
    var metadata: NodeID?
    var typeName = ""
    var mappings: [EncryptedMapping] = []
    for pair in tree.pairs(of: root) {
      guard let key = tree.string(of: pair.key) else { continue }
      switch key {
      case "metadata": metadata = pair.value
      case "type": typeName = tree.string(of: pair.value) ?? ""
      case "<<":
        throw error(
          .mergeKey, "a merge key in a Secret would hide what it is; write the fields out",
          pair.key, source)
      case "data", "stringData":
        if let mapping = try encryptedMapping(key, pair, source) { mappings.append(mapping) }
      default: break
      }
    }
    var namespace = ""
    var name = ""
    var envelope: EnvelopeAnnotation?
    if let metadata {
      try refuseDuplicates(in: metadata, source)
      for pair in tree.pairs(of: metadata) {
        switch tree.string(of: pair.key) {
        case "name": name = tree.string(of: pair.value) ?? ""
        case "namespace": namespace = tree.string(of: pair.value) ?? ""
        case "<<":
          throw error(
            .mergeKey, "a merge key in metadata would hide the name; write the fields out",
            pair.key, source)
        case "annotations":
          try refuseDuplicates(in: pair.value, source)
          envelope = try annotation(in: pair.value, source)
        default: break
        }
      }
    }
    let collector = EntryCollector(tree: tree, mappings: mappings)
    return SecretUnit(
      document: document, root: root,
      identity: UnitIdentity(
        apiVersion: header.apiVersion, kind: header.kind, namespace: namespace, name: name),
      typeName: typeName, position: tree.position(of: tree[root].range.lowerBound, in: source),
      entries: try collector.entries(source), envelope: envelope)
  }

  /// The mapping under `data` or `stringData`; nil when it is null.
  private func encryptedMapping(
    _ key: String, _ pair: (key: NodeID, value: NodeID), _ source: Span<UInt8>
  ) throws(ManifestError) -> EncryptedMapping? {
    switch tree[pair.value].kind {
    case .mapping:
      try refuseDuplicates(in: pair.value, source)
      return EncryptedMapping(name: key, key: pair.key, value: pair.value)
    case .scalar(.absent), .scalar(.plain):
      if NullScalar.isNull(pair.value, in: tree) { return nil }
    case .alias:
      throw error(
        .aliasedMapping, "\(key) is an alias; write the mapping out", pair.value, source)
    default: break
    }
    throw error(.notMapping, "\(key) is not a mapping", pair.value, source)
  }

  private func annotation(
    in annotations: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) -> EnvelopeAnnotation? {
    for pair in tree.pairs(of: annotations)
    where tree.string(of: pair.key) == EnvelopeAnnotation.name {
      guard let text = tree.string(of: pair.value) else {
        throw error(.notScalar, "\(EnvelopeAnnotation.name) is not a text", pair.value, source)
      }
      return EnvelopeAnnotation(key: pair.key, value: pair.value, text: text)
    }
    return nil
  }

  private func refuseDuplicates(
    in mapping: NodeID, _ source: Span<UInt8>
  ) throws(ManifestError) {
    guard let key = tree.duplicateKeys(of: mapping).first else { return }
    throw error(
      .duplicateKey, "the key '\(tree.string(of: key) ?? "")' stands twice", key, source)
  }

  private func error(
    _ code: ManifestError.Code, _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> ManifestError {
    ManifestError(code, message, at: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}

/// Whether a scalar is YAML's or JSON's null.
enum NullScalar {
  static func isNull(_ node: NodeID, in tree: SourceTree) -> Bool {
    switch tree[node].kind {
    case .scalar(.absent): true
    case .scalar(.plain):
      ["null", "~", "Null", "NULL", ""].contains(tree.string(of: node) ?? "-")
    default: false
    }
  }
}
