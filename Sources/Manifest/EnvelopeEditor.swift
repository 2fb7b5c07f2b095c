public import YAMLSource

/// What was inserted into a document to hold the envelope (docs/format.md, section 5.2).
public enum EnvelopeLayout: String, Sendable {
  /// The annotation alone.
  case entry
  /// The annotation and the `annotations` around it.
  case annotations
}

/// Puts envelopes into manifests and takes them out again.
public enum EnvelopeEditor {
  /// What must be inserted.
  ///
  /// - Throws: `.missingMetadata`, `.nullAnnotations` and others when there is no place for it.
  public static func layout(
    for unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) -> EnvelopeLayout {
    try place(for: unit, tree: tree, source: source).annotations == nil ? .annotations : .entry
  }

  /// Inserts an envelope.
  ///
  /// - Parameter text: Its lines, separated by LF; printable ASCII.
  /// - Throws: As `layout`.
  public static func insert(
    _ text: String, into unit: SecretUnit, tree: SourceTree, source: Span<UInt8>,
    edits: inout SpliceEdits
  ) throws(ManifestError) {
    let place = try place(for: unit, tree: tree, source: source)
    let editor = MappingEditor(tree: tree)
    let name = EnvelopeAnnotation.name
    if let annotations = place.annotations, case .mapping(let isFlow) = tree[annotations].kind {
      if isFlow {
        editor.addFlowEntry(
          "\"\(name)\"", value: quoted(text), to: annotations, source: source, edits: &edits)
      } else {
        let indentation = editor.indentation(of: annotations, source: source)
        editor.addLines(
          block(text, indentation: indentation),
          behind: tree[annotations].range.upperBound, source: source, edits: &edits)
      }
      return
    }
    if let annotations = place.annotations {  // `annotations:` with nothing behind it
      let indentation = editor.indentation(of: place.metadata, source: source) + 2
      editor.addLines(
        block(text, indentation: indentation), behind: tree[annotations].range.upperBound,
        source: source, edits: &edits)
      return
    }
    if case .mapping(isFlow: true) = tree[place.metadata].kind {
      let blank = tree.syntax == .json && isCompact(place.metadata, tree, source) ? "" : " "
      editor.addFlowEntry(
        "\"annotations\"", value: "{\"\(name)\":\(blank)\(quoted(text))}", to: place.metadata,
        source: source, edits: &edits)
    } else {
      let indentation = editor.indentation(of: place.metadata, source: source)
      editor.addLines(
        [String(repeating: " ", count: indentation) + "annotations:"]
          + block(text, indentation: indentation + 2),
        behind: tree[place.metadata].range.upperBound, source: source, edits: &edits)
    }
  }

  /// Takes the envelope of a sealed unit out.
  ///
  /// - Throws: `.unsupportedLayout` when it cannot be told from what is around it.
  public static func remove(
    from unit: SecretUnit, layout: EnvelopeLayout, tree: SourceTree, source: Span<UInt8>,
    edits: inout SpliceEdits
  ) throws(ManifestError) {
    guard let envelope = unit.envelope, let annotations = tree[envelope.key].parent,
      let metadata = tree[annotations].parent
    else { return }
    let editor = MappingEditor(tree: tree)
    let isAlone = tree.pairs(of: annotations).count == 1
    if layout == .annotations, isAlone,
      let pair = tree.pairs(of: metadata).first(where: { $0.value == annotations })
    {
      try editor.remove(pair.key, from: metadata, source: source, edits: &edits)
    } else {
      try editor.remove(envelope.key, from: annotations, source: source, edits: &edits)
    }
  }

  /// Where an envelope goes: the metadata and, when they are there, the annotations.
  private struct Place {
    let metadata: NodeID
    let annotations: NodeID?
  }

  private static func place(
    for unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) -> Place {
    guard let pair = tree.pairs(of: unit.root).first(where: { tree.hasValue($0.key, "metadata") }),
      case .mapping = tree[pair.value].kind, !tree.pairs(of: pair.value).isEmpty
    else {
      throw ManifestError(
        .missingMetadata, "the Secret has no metadata to put the envelope into", at: unit.position)
    }
    let metadata = pair.value
    guard
      let entry = tree.pairs(of: metadata).first(where: { tree.hasValue($0.key, "annotations") })
    else { return Place(metadata: metadata, annotations: nil) }
    switch tree[entry.value].kind {
    case .mapping(isFlow: true): return Place(metadata: metadata, annotations: entry.value)
    case .mapping: return Place(metadata: metadata, annotations: entry.value)
    case .scalar(.absent):
      if case .mapping(isFlow: false) = tree[metadata].kind,
        tree.colon(between: entry.key, and: entry.value, in: source) != nil
          || tree[entry.value].range.lowerBound > tree[entry.key].range.upperBound
      {
        return Place(metadata: metadata, annotations: entry.value)
      }
    default: break
    }
    throw ManifestError(
      .nullAnnotations, "metadata.annotations is not a mapping; remove it or write {}",
      at: tree.position(of: tree[entry.value].range.lowerBound, in: source))
  }

  private static func isCompact(
    _ mapping: NodeID, _ tree: SourceTree, _ source: Span<UInt8>
  ) -> Bool {
    guard let last = tree.pairs(of: mapping).last,
      let colon = tree.colon(between: last.key, and: last.value, in: source)
    else { return false }
    return colon + 1 == tree[last.value].range.lowerBound
  }

  /// The annotation as a literal block.
  private static func block(_ text: String, indentation: Int) -> [String] {
    let outer = String(repeating: " ", count: indentation)
    let inner = outer + "  "
    return ["\(outer)\(EnvelopeAnnotation.name): |-"]
      + text.split(separator: "\n", omittingEmptySubsequences: false).map { inner + $0 }
  }

  /// The text in double quotes, as YAML and JSON both read it.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
