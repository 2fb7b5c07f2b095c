internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// What Secrets that were written have to read as.
enum OpenedExpectation {
  /// Reads the Secrets that were written and compares them.
  ///
  /// - Throws: `.verification`.
  static func verify(
    _ objects: [SealedSecretObject], _ values: [[PooledValue]], _ plaintext: Span<UInt8>,
    of tree: SourceTree, _ source: Span<UInt8>, from original: SourceTree
  ) throws(SealedSecretError) {
    var rest = try ReadText.secrets(in: tree, source)[...]
    for (object, values) in zip(objects, values) {
      // Secrets that were there before stand between them.
      while let unit = rest.first,
        !(try holds(unit, object, values, plaintext, tree, source, original))
      {
        rest = rest.dropFirst()
      }
      guard !rest.isEmpty else {
        throw SealedSecretError(
          .verification, "the layout cannot be carried over without changing what it says",
          unit: object.label, hints: ["write anchors, aliases and unusual layouts out"])
      }
      rest = rest.dropFirst()
    }
  }

  private static func holds(
    _ unit: SecretUnit, _ object: SealedSecretObject, _ values: [PooledValue],
    _ plaintext: Span<UInt8>, _ tree: SourceTree, _ source: Span<UInt8>, _ original: SourceTree
  ) throws(SealedSecretError) -> Bool {
    guard unit.identity.name == object.name, unit.identity.namespace == object.namespace,
      unit.typeName == object.typeName
    else { return false }
    if let metadata = object.templateMetadata {
      guard let own = tree.field("metadata", of: unit.root)?.value,
        SameNodes.areEqual(own, in: tree, metadata, in: original)
      else { return false }
    }
    let immutable = object.template.flatMap { original.field("immutable", of: $0)?.value }
    let ownImmutable = tree.field("immutable", of: unit.root)?.value
    switch (immutable, ownImmutable) {
    case (nil, nil): break
    case (let given?, let own?):
      guard SameNodes.areEqual(own, in: tree, given, in: original) else { return false }
    default: return false
    }
    var bytes = WipedBuffer()
    let own: [SecretValue]
    do { own = try SecretValues.append(of: unit, tree: tree, source: source, to: &bytes) } catch {
      throw SealedSecretError(error, unit: object.label)
    }
    guard own.count == values.count else { return false }
    for (value, expected) in zip(own, values) {
      let isSame = ConstantTime.equal(
        bytes.bytes.extracting(value.range), plaintext.extracting(expected.range))
      guard value.key == expected.key, isSame else { return false }
    }
    return true
  }
}
