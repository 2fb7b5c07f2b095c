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
  /// - Throws: `.missingMetadata`, `.nullAnnotations` and others when there is no place for it;
  ///   `.unsupportedLayout` when a token could not stand where a value stands.
  public static func layout(
    for unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) -> EnvelopeLayout {
    try TokenPlace.check(unit, tree: tree, source: source)
    let place = try EnvelopePlace(for: unit, tree: tree, source: source)
    return place.annotations == nil ? .annotations : .entry
  }

  /// Inserts an envelope.
  ///
  /// - Parameter text: Its lines, separated by LF; printable ASCII.
  /// - Throws: As `layout`.
  public static func insert(
    _ text: String, into unit: SecretUnit, tree: SourceTree, source: Span<UInt8>,
    edits: inout SpliceEdits
  ) throws(ManifestError) {
    let place = try EnvelopePlace(for: unit, tree: tree, source: source)
    let annotation = EnvelopeAnnotationText(text)
    let editor = MappingEditor(tree: tree)
    guard let annotations = place.annotations else {
      if tree.isFlowMapping(place.metadata) {
        let flow = FlowPlace(in: place.metadata, tree: tree, source: source)
        edits.insert(
          at: flow.offset,
          "\(flow.separator)\"annotations\"\(flow.colon){\(annotation.entry(flow.colon))}")
        return
      }
      let indentation = editor.indentation(of: place.metadata, source: source)
      let lines = try editor.linePlace(in: place.metadata, source: source)
      let key = String(repeating: " ", count: indentation) + "annotations:"
      let inner = annotation.lines(
        indentation: indentation + 2, before: lines.following, lineBreak: lines.lineBreak)
      edits.insert(at: lines.offset, lines.text([key, inner]))
      return
    }
    if tree.isFlowMapping(annotations) {
      let flow = FlowPlace(in: annotations, tree: tree, source: source)
      edits.insert(at: flow.offset, flow.separator + annotation.entry(flow.colon))
      return
    }
    let isEmpty = tree.pairs(of: annotations).isEmpty  // `annotations:` with nothing behind it
    let indentation =
      isEmpty
      ? editor.indentation(of: place.metadata, source: source) + 2
      : editor.indentation(of: annotations, source: source)
    let lines =
      isEmpty
      ? LinePlace(behind: tree[annotations].range.upperBound, tree: tree, source: source)
      : try editor.linePlace(in: annotations, source: source)
    edits.insert(
      at: lines.offset,
      lines.text([
        annotation.lines(
          indentation: indentation, before: lines.following, lineBreak: lines.lineBreak)
      ]))
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
      let pair = tree.pairs(of: metadata).first(where: { $0.value == annotations })
    {
      try editor.remove(pair, from: metadata, source: source, edits: &edits)
    } else {
      try editor.remove(
        (envelope.key, envelope.value), from: annotations, source: source, edits: &edits)
    }
  }
}
