public import YAMLSource

extension EnvelopeEditor {
  /// Puts another envelope in the place of the one that a sealed unit has.
  ///
  /// - Parameter text: Its lines, separated by LF; printable ASCII.
  /// - Throws: `.unsupportedLayout` when the annotation is an alias.
  public static func replace(
    _ text: String, in unit: SecretUnit, tree: SourceTree, source: Span<UInt8>,
    edits: inout SpliceEdits
  ) throws(ManifestError) {
    guard let envelope = unit.envelope, case .scalar = tree[envelope.value].kind else {
      throw ManifestError(
        .unsupportedLayout, "the annotation is an alias; write the envelope out",
        at: unit.position)
    }
    edits.replace(
      range(of: envelope, tree: tree, source: source),
      with: scalar(text, like: envelope, tree: tree, source: source))
  }

  /// Where an envelope's scalar stands, without the blank lines behind a block.
  public static func range(
    of envelope: EnvelopeAnnotation, tree: SourceTree, source: Span<UInt8>
  ) -> Range<Int> {
    ScalarText(
      of: envelope.value, range: tree[envelope.value].contentRange, tree: tree, source: source
    ).range
  }

  /// An envelope's scalar with other lines: as the literal block that it is, with its
  /// indentation, else in double quotes.
  ///
  /// - Parameter text: The lines, separated by LF; printable ASCII.
  public static func scalar(
    _ text: String, like envelope: EnvelopeAnnotation, tree: SourceTree, source: Span<UInt8>
  ) -> String {
    let annotation = EnvelopeAnnotationText(text)
    let start = tree[envelope.value].contentRange.lowerBound
    let headerEnd = SourceLines.end(of: start, in: source)
    let breakEnd = SourceLines.next(after: headerEnd, in: source)
    guard isLiteralBlock(envelope.value, tree: tree, source: source),
      let header = SourceLines.text(start..<headerEnd, in: source),
      let lineBreak = SourceLines.text(headerEnd..<breakEnd, in: source)
    else { return annotation.quoted }
    let indentation = tree.textIndentation(ofBlockScalar: envelope.value, mapping: 0, in: source)
    return header + annotation.blockLines(indentation: indentation, lineBreak: lineBreak)
  }

  /// Whether a scalar is a block of which every line break counts but the last, without a number for
  /// its indentation.
  static func isLiteralBlock(
    _ node: NodeID, tree: SourceTree, source: Span<UInt8>
  ) -> Bool {
    guard case .scalar(.literal) = tree[node].kind,
      tree.chomping(of: node, in: source) == .strip
    else { return false }
    let start = tree[node].contentRange.lowerBound
    return (start..<SourceLines.end(of: start, in: source)).allSatisfy { index in
      !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(source[index])
    }
  }
}
