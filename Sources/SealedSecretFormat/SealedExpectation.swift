internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// What a SealedSecret that was written has to read as.
struct SealedExpectation {
  let name: String
  let namespace: String
  let scope: SealingScope
  let values: [PooledValue]
  /// The Secret's metadata, in its own tree.
  let metadata: NodeID
  let others: [(key: String, value: NodeID)]

  /// Reads the SealedSecrets that were written and compares them.
  ///
  /// - Throws: `.verification`.
  static func verify(
    _ expected: [SealedExpectation], of tree: SourceTree, _ source: Span<UInt8>,
    from original: SourceTree, pool: Span<UInt8>
  ) throws(SealedSecretError) {
    let objects = try SealedSecretReader.objects(in: tree, source: source)
    // SealedSecrets that were there before stand between them.
    let written = objects.filter { object in
      expected.contains { $0.name == object.name && $0.namespace == object.namespace }
    }
    var rest = written[...]
    for expectation in expected {
      while let object = rest.first, !expectation.holds(object, tree, original, pool) {
        rest = rest.dropFirst()
      }
      guard !rest.isEmpty else {
        throw SealedSecretError(
          .verification, "the layout cannot be carried over without changing what it says",
          unit: "Secret \(SealedSecretNames.shown(expectation.name))",
          hints: ["write anchors, aliases and unusual layouts out"])
      }
      rest = rest.dropFirst()
    }
    guard try ReadText.secrets(in: tree, source).isEmpty else {
      throw SealedSecretError(.verification, "a Secret would stay readable")
    }
  }

  private func holds(
    _ object: SealedSecretObject, _ tree: SourceTree, _ original: SourceTree, _ pool: Span<UInt8>
  ) -> Bool {
    guard object.name == name, object.namespace == namespace, object.scope == scope,
      object.entries.count == values.count, let template = object.template,
      let metadata = object.templateMetadata,
      SameNodes.areEqual(metadata, in: tree, self.metadata, in: original)
    else { return false }
    for (entry, value) in zip(object.entries, values) {
      let isSame = tree.withValue(of: entry.node) { text in
        ConstantTime.equal(text, pool.extracting(value.range))
      }
      guard entry.key == value.key, isSame else { return false }
    }
    guard tree.pairs(of: template).count == others.count + 1 else { return false }
    return others.allSatisfy { other in
      tree.field(other.key, of: template).map { pair in
        SameNodes.areEqual(pair.value, in: tree, other.value, in: original)
      } ?? false
    }
  }
}

/// Whether nodes of two trees say the same.
enum SameNodes {
  /// The most nodes that are compared: aliases multiply them.
  private static let maximumCount = 200_000

  static func areEqual(
    _ left: NodeID, in leftTree: SourceTree, _ right: NodeID, in rightTree: SourceTree
  ) -> Bool {
    var count = 0
    var open = [(left, right)]
    while let (left, right) = open.popLast() {
      count += 1
      guard count <= maximumCount else { return false }
      let (own, other) = (leftTree[left], rightTree[right])
      switch (own.kind, other.kind) {
      case (.alias, .alias):
        guard let left = leftTree.target(of: left), let right = rightTree.target(of: right) else {
          return false
        }
        open.append((left, right))
      case (.scalar(let style), .scalar(let otherStyle)):
        let isSame = leftTree.withValue(of: left) { text in
          rightTree.withValue(of: right) { ConstantTime.equal(text, $0) }
        }
        // A plain scalar can be a number.
        let isPlain = style == .plain || style == .absent
        let isOtherPlain = otherStyle == .plain || otherStyle == .absent
        guard isSame || bothNull(left, leftTree, right, rightTree), isPlain == isOtherPlain,
          leftTree.resolvedTag(of: left) == rightTree.resolvedTag(of: right)
        else { return false }
      case (.mapping, .mapping), (.sequence, .sequence):
        let children = leftTree.children(of: left)
        let others = rightTree.children(of: right)
        guard children.count == others.count,
          leftTree.resolvedTag(of: left) == rightTree.resolvedTag(of: right)
        else { return false }
        open += zip(children, others)
      default: return false
      }
    }
    return true
  }

  private static func bothNull(
    _ left: NodeID, _ leftTree: SourceTree, _ right: NodeID, _ rightTree: SourceTree
  ) -> Bool {
    leftTree.fieldText(left) == nil && rightTree.fieldText(right) == nil
  }
}
