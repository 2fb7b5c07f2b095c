internal import CryptoCore
public import YAMLSource

/// Sets and removes single values of a plaintext Secret, leaving every other byte.
///
/// A text that has been edited is read again before the next edit.
public enum EntryEditor {
  /// Sets a value: replaces the scalar, keeping its anchor, its tag and the comment behind it, or
  /// adds the key, and `data` or `stringData` when it is not there.
  ///
  /// Read again, the entry has exactly this value, and every other one what it had; but aliases to
  /// the entry's anchor follow it.
  ///
  /// - Parameters:
  ///   - value: The value itself; for `data` it is written in Base64.
  ///   - key: Its name.
  /// - Throws: `.notText` when a value for `stringData` is not UTF-8, `.invalidKey` when Kubernetes
  ///   does not take the name of a new key, `.unsupportedLayout` when there is no place for it.
  public static func set(
    _ value: Span<UInt8>, for key: String, in field: SecretField, of unit: SecretUnit,
    tree: SourceTree, source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    try refuse(unit)
    try SyntaxChange.refuse(tree, source)
    var text = WipedBuffer(capacity: field == .data ? Base64.encodedCount(value.count) : 0)
    if field == .data {
      Base64.encode(value, appendingTo: &text)
    } else {
      text.append(value)
    }
    guard let traits = TextTraits(text.bytes) else {
      throw ManifestError(
        .notText, "the value is not UTF-8, so it cannot stand under stringData; set it in data",
        at: unit.position)
    }
    let edit = EntrySetting(
      key: key, field: field, traits: traits, unit: unit, tree: tree,
      editor: MappingEditor(tree: tree))
    if let entry = unit.entry(key, in: field) {
      try edit.replace(entry, text.bytes, source: source, edits: &edits)
      return
    }
    guard SecretKey.isValid(key) else {
      throw ManifestError(
        .invalidKey,
        "a Secret's key has letters, digits, '-', '_' and '.' only, and at most 253 of them",
        at: unit.position)
    }
    try edit.add(text.bytes, source: source, edits: &edits)
  }

  /// Removes an entry with its lines, or from its flow mapping with its comma; the last entry of a
  /// mapping leaves `{}`.
  ///
  /// - Throws: `.noSuchEntry` when there is none; `.anchorInUse` when an alias refers to it;
  ///   `.unsupportedLayout` when what follows would
  ///   become a part of the value in front.
  public static func unset(
    _ key: String, in field: SecretField, of unit: SecretUnit, tree: SourceTree,
    source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    try refuse(unit)
    try SyntaxChange.refuse(tree, source)
    guard let entry = unit.entry(key, in: field), let node = entry.node,
      let mapping = tree[node].parent,
      let index = tree.pairs(of: mapping).firstIndex(where: { $0.value == node })
    else {
      throw ManifestError(
        .noSuchEntry,
        "there is no \(EntryName.encode([field.rawValue, key], isComment: false)) in "
          + unit.identity.printableLabel,
        at: unit.position)
    }
    if tree[node].anchor != nil, tree.hasAlias(to: node, document: unit.document) {
      throw ManifestError(
        .anchorInUse, "an alias elsewhere refers to \(entry.name); write it out first",
        at: tree.position(of: tree[node].range.lowerBound, in: source))
    }
    let removal = EntryRemoval(
      entry: entry, index: index, mapping: mapping, tree: tree, editor: MappingEditor(tree: tree))
    try removal.carryOut(source, edits: &edits)
  }
}

extension EntryEditor {
  private static func refuse(_ unit: SecretUnit) throws(ManifestError) {
    guard unit.isSecret else {
      throw ManifestError(
        .unsupportedLayout, "the object is no Secret: only a value that is there can be set",
        at: unit.position)
    }
  }

  /// Puts a text in the place of a value of an object that is no Secret; in that of a number a
  /// number, of a truth value a truth value.
  ///
  /// - Parameter name: Its keys with dots between, for instance `spec.values.password`.
  /// - Throws: `.noSuchEntry`; `.notText` when the value is not UTF-8; `.notSameKind` when it is no
  ///   number, or no truth value, where there was one.
  public static func replace(
    _ name: String, with value: Span<UInt8>, of unit: SecretUnit, tree: SourceTree,
    source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(ManifestError) {
    try SyntaxChange.refuse(tree, source)
    let found = unit.entries.filter {
      $0.kind == .value && $0.path.joined(separator: ".") == name
    }
    guard found.count == 1, let entry = found.first, let node = entry.node,
      let container = tree[node].parent
    else {
      throw ManifestError(
        .noSuchEntry,
        "\(found.isEmpty ? "no value" : "more than one value") is sealed at "
          + "\(Printable.text(name)) in \(unit.identity.printableLabel); change it in an editor",
        at: unit.position)
    }
    guard case .mapping = tree[container].kind else {
      throw ManifestError(
        .unsupportedLayout, "\(entry.name) is an element of a list; change it in an editor",
        at: unit.position)
    }
    guard let traits = TextTraits(value) else {
      throw ManifestError(.notText, "the value is not UTF-8", at: unit.position)
    }
    if let kind = ScalarKind(of: node, in: tree) {
      try kind.check(value, for: entry, of: unit, tree: tree)
      return edits.replace(entry.contentRange, with: value)
    }
    let edit = EntrySetting(
      key: "", field: .stringData, traits: traits, unit: unit, tree: tree,
      editor: MappingEditor(tree: tree))
    try edit.replace(entry, value, source: source, edits: &edits)
  }
}

extension SecretUnit {
  /// The value or alias that a key has.
  func entry(_ key: String, in field: SecretField) -> UnitEntry? {
    entries.first { entry in
      entry.kind != .comment && entry.path.count == 2 && entry.path[0] == field.rawValue
        && entry.path[1] == key
    }
  }
}
