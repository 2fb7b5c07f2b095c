internal import YAMLSource

/// Edits after which a text would be read by other rules.
enum SyntaxChange {
  /// Refuses to edit a YAML text in flow style that could be JSON afterwards, if it holds NEL, LS or
  /// PS: line breaks in the quotes of YAML, and characters like any other in those of JSON.
  static func refuse(_ tree: SourceTree, _ source: Span<UInt8>) throws(ManifestError) {
    guard tree.syntax == .yaml, beginsLikeJSON(tree, source) else { return }
    for index in source.indices where source[index] == 0xc2 || source[index] == 0xe2 {
      guard SourceLines.breakLength(at: index, in: source) > 1 else { continue }
      throw ManifestError(
        .unsupportedLayout,
        "a line break of an unusual kind (NEL, LS or PS), which JSON would read otherwise; write "
          + "it as an escape", at: tree.position(of: index, in: source))
    }
  }

  private static func beginsLikeJSON(_ tree: SourceTree, _ source: Span<UInt8>) -> Bool {
    guard let root = tree.documents.first?.root else { return false }
    switch tree[root].kind {
    case .mapping(isFlow: true), .sequence(isFlow: true): return true
    default: return false
    }
  }
}
