public import YAMLSource

/// What was inserted into a document to hold the envelope (docs/format.md, section 5.2).
public enum EnvelopeLayout: String, Sendable {
  /// The annotation alone.
  case entry
  /// The annotation and the `annotations` around it.
  case annotations
}

/// Finds out how envelopes go into manifests, and takes them out again.
public enum EnvelopeEditor {
  /// What must be inserted.
  ///
  /// - Throws: `.missingMetadata`, `.nullAnnotations` and others when there is no place for it;
  ///   `.unsupportedLayout` when a token could not stand where a value stands.
  public static func layout(
    for unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) -> EnvelopeLayout {
    try TokenPlace.check(unit, tree: tree, source: source)
    let place = try EnvelopePlace(for: unit, tree: tree, source: source)
    return place.annotations == nil ? .annotations : .entry
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
    if layout == .annotations, tree.pairs(of: annotations).count == 1,
      let pair = tree.eachPair(of: metadata).first(where: { $0.value == annotations })
    {
      try editor.remove(pair, from: metadata, source: source, edits: &edits)
    } else {
      try editor.remove(
        (envelope.key, envelope.value), from: annotations, source: source, edits: &edits)
    }
  }
}
