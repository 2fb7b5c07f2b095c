public import YAMLSource

/// The place of an envelope in a document that has none, and what stands around it there.
public struct EnvelopeInsertion {
  private enum Form {
    /// At the end of a flow mapping: of `annotations`, else of `metadata`.
    case entry(FlowPlace, hasAnnotations: Bool)
    /// In whole lines of a block mapping, the line of a key in front if that is missing.
    case lines(LinePlace, key: String?, indentation: Int)
  }

  private let form: Form

  /// Finds the place.
  ///
  /// - Throws: As `EnvelopeEditor.layout`.
  public init(
    into unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) {
    let place = try EnvelopePlace(for: unit, tree: tree, source: source)
    let editor = MappingEditor(tree: tree)
    guard let annotations = place.annotations else {
      if tree.isFlowMapping(place.metadata) {
        form = .entry(
          FlowPlace(in: place.metadata, tree: tree, source: source), hasAnnotations: false)
        return
      }
      let indentation = editor.indentation(of: place.metadata, source: source)
      form = .lines(
        try editor.linePlace(in: place.metadata, source: source),
        key: String(repeating: " ", count: indentation) + "annotations:",
        indentation: indentation + 2)
      return
    }
    if tree.isFlowMapping(annotations) {
      form = .entry(FlowPlace(in: annotations, tree: tree, source: source), hasAnnotations: true)
    } else if tree.pairs(of: annotations).isEmpty {  // `annotations:` with nothing behind it
      form = .lines(
        LinePlace(behind: tree[annotations].range.upperBound, tree: tree, source: source),
        key: nil, indentation: editor.indentation(of: place.metadata, source: source) + 2)
    } else {
      form = .lines(
        try editor.linePlace(in: annotations, source: source), key: nil,
        indentation: editor.indentation(of: annotations, source: source))
    }
  }

  /// Puts an envelope there.
  ///
  /// - Parameter text: Its lines, separated by LF; printable ASCII.
  public func insert(_ text: String, edits: inout SpliceEdits) {
    let annotation = EnvelopeAnnotationText(text)
    switch form {
    case .entry(let place, hasAnnotations: true):
      edits.insert(at: place.offset, place.separator + annotation.entry(place.colon))
    case .entry(let place, hasAnnotations: false):
      let entry = annotation.entry(place.colon)
      edits.insert(
        at: place.offset, "\(place.separator)\"annotations\"\(place.colon){\(entry)}")
    case .lines(let place, let key, let indentation):
      let lines = annotation.lines(
        indentation: indentation, before: place.following, lineBreak: place.lineBreak)
      edits.insert(at: place.offset, place.text(key.map { [$0, lines] } ?? [lines]))
    }
  }
}
