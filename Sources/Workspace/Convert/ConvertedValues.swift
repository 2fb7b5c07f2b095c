internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Whether two plaintexts have the same Secrets.
enum ConvertedValues {
  /// Compares the Secrets of two texts: identity, type, and every value; texts that are the same
  /// bytes are equal whatever they are.
  static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    if ConstantTime.equal(left, right) { return true }
    guard let tree = try? SourceTree.parse(left), let other = try? SourceTree.parse(right),
      let units = try? ManifestReader.units(in: tree, source: left),
      let others = try? ManifestReader.units(in: other, source: right),
      units.count == others.count
    else { return false }
    guard !units.isEmpty else { return haveSameValues(tree, other) }
    return zip(units, others).allSatisfy { unit, otherUnit in
      unit.identity.name == otherUnit.identity.name && unit.typeName == otherUnit.typeName
        && (unit.identity.namespace == otherUnit.identity.namespace
          || otherUnit.identity.namespace.isEmpty)
        && haveSameValues(unit, tree, left, otherUnit, other, right)
    }
  }

  /// The most nodes that are compared: aliases multiply them.
  private static let maximumNodeCount = 1_000_000

  /// Whether two texts without Secrets have the same structure and values, however written.
  private static func haveSameValues(_ left: SourceTree, _ right: SourceTree) -> Bool {
    let roots = left.documents.map(\.root)
    let otherRoots = right.documents.map(\.root)
    guard roots.count == otherRoots.count else { return false }
    var open = Array(zip(roots, otherRoots))
    var count = 0
    while let pair = open.popLast() {
      count += 1
      guard count <= maximumNodeCount else { return false }
      guard let leftNode = pair.0, let rightNode = pair.1 else {
        guard pair.0 == nil, pair.1 == nil else { return false }
        continue
      }
      let own = left.target(of: leftNode) ?? leftNode
      let other = right.target(of: rightNode) ?? rightNode
      let isScalar = left.string(of: own) != nil
      guard isScalar == (right.string(of: other) != nil) else { return false }
      if isScalar {
        let isSame = left.withValue(of: own) { text in
          right.withValue(of: other) { ConstantTime.equal(text, $0) }
        }
        guard isSame else { return false }
      }
      let children = left.children(of: own).map(Optional.some)
      let others = right.children(of: other).map(Optional.some)
      guard children.count == others.count else { return false }
      open += zip(children, others)
    }
    return true
  }

  private static func haveSameValues(
    _ left: SecretUnit, _ leftTree: SourceTree, _ leftSource: Span<UInt8>, _ right: SecretUnit,
    _ rightTree: SourceTree, _ rightSource: Span<UInt8>
  ) -> Bool {
    var bytes = WipedBuffer()
    var otherBytes = WipedBuffer()
    guard
      let values = try? SecretValues.append(
        of: left, tree: leftTree, source: leftSource, nullIsEmpty: true, to: &bytes),
      let others = try? SecretValues.append(
        of: right, tree: rightTree, source: rightSource, nullIsEmpty: true, to: &otherBytes),
      values.count == others.count
    else { return false }
    let sorted = values.sorted { $0.key < $1.key }
    let otherSorted = others.sorted { $0.key < $1.key }
    for (value, other) in zip(sorted, otherSorted) {
      let isSame = ConstantTime.equal(
        bytes.bytes.extracting(value.range), otherBytes.bytes.extracting(other.range))
      guard value.key == other.key, isSame else { return false }
    }
    return true
  }
}
