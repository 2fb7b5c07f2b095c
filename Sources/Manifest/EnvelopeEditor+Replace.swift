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

  /// An envelope's scalar with other lines: as the literal block that it is, else in double quotes.
  ///
  /// - Parameter text: The lines, separated by LF; printable ASCII.
  public static func scalar(
    _ text: String, like envelope: EnvelopeAnnotation, tree: SourceTree, source: Span<UInt8>
  ) -> String {
    let range = range(of: envelope, tree: tree, source: source)
    let quoted = EnvelopeAnnotationText(text).quoted
    guard tree[envelope.value].kind == .scalar(.literal), range.count > 2,
      source[range.lowerBound + 1] == UInt8(ascii: "-")
    else { return quoted }
    let breakStart = range.lowerBound + 2
    let length = SourceLines.breakLength(at: breakStart, in: source)
    guard length > 0 else { return quoted }
    var index = breakStart + length
    while index < range.upperBound, source[index] == 0x20 { index += 1 }
    guard let lineStart = SourceLines.text(breakStart..<index, in: source) else { return quoted }
    return "|-"
      + text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { lineStart + $0 }.joined()
  }
}
