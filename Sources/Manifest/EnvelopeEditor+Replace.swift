public import YAMLSource

extension EnvelopeEditor {
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
}
