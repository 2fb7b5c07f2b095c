internal import YAMLSource

/// What a scalar is that is no text, and stays when its value changes: a schema may ask for it.
enum ScalarKind {
  case number
  case boolean

  /// Nil for a text and for null, in whose place any text may stand.
  init?(of node: NodeID, in tree: SourceTree) {
    guard tree[node].kind == .scalar(.plain), tree[node].tag == nil else { return nil }
    if tree.withValue(of: node, ImplicitType.isNumber) {
      self = .number
    } else if tree.withValue(of: node, ImplicitType.isBoolean) {
      self = .boolean
    } else {
      return nil
    }
  }

  /// Refuses a text that is not of the kind.
  ///
  /// - Throws: `.notSameKind`.
  func check(
    _ text: Span<UInt8>, for entry: UnitEntry, of unit: SecretUnit, tree: SourceTree
  ) throws(ManifestError) {
    let (isSame, message) =
      switch self {
      case .number where tree.syntax == .json:
        (JSONGrammar.isNumber(text), "is a number: give another one")
      case .number: (ImplicitType.isNumber(text), "is a number: give another one")
      case .boolean:
        (ImplicitType.isPlainBoolean(text), "is a truth value: give true or false")
      }
    guard isSame else {
      throw ManifestError(
        .notSameKind, "\(entry.name) \(message), or change what it is with 'sealwax edit'",
        at: unit.position)
    }
  }
}
