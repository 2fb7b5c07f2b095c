public import CryptoCore
internal import Manifest
internal import YAMLSource

/// Makes SealedSecrets of the Secrets of a manifest.
///
/// All that is not a Secret keeps its bytes; what becomes a template keeps its text.
public struct SealedSecretSealer: Sendable {
  /// How to seal.
  public struct Settings: Sendable {
    /// Whose key to seal for.
    public var key: RSAOAEP.PublicKey
    /// What to bind values to; nil for what the Secret's annotations say.
    public var scope: SealingScope?
    /// The name that the Secret gets; nil for its own.
    public var name: String?
    /// The namespace of Secrets that name none; those for the whole cluster stay without.
    public var namespace: String?
    /// Whether a Secret that is bound to another namespace is refused.
    public var refusesOtherNamespaces = false
    /// Whether a Secret may have no values.
    public var allowsEmptyData = false

    /// Seals for a key, as the Secrets' annotations say.
    public init(key: RSAOAEP.PublicKey) { self.key = key }
  }

  private let settings: Settings

  /// Makes a sealer.
  public init(_ settings: Settings) { self.settings = settings }

  /// Seals every Secret of a manifest; the result has been read again and compared.
  ///
  /// - Throws: `.syntax`, `.malformed`; `.noIdentity` for a Secret without the name or namespace that
  ///   its values are to be bound to; `.noData`; `.sealedOtherwise`; `.verification` when the layout
  ///   is one that cannot be carried over; `.cryptoFailure`.
  public func seal(
    _ source: Span<UInt8>
  ) throws(SealedSecretError) -> SealedSecretOutput {
    let first = try ReadText.parse(source)
    let given = try ReadText.secrets(in: first, source)
    guard !given.isEmpty else { return .untouched(source) }
    for unit in given { try check(unit, first) }
    guard settings.name == nil || given.count == 1 else {
      throw SealedSecretError(
        .malformed, "one name for \(given.count) Secrets", at: given.dropFirst().first?.position)
    }
    let read = ReadText(WipedBuffer(copying: source), first)
    let text = try Preparation.run(read, objects: ReadText.secrets) {
      unit, tree, source, edits throws(SealedSecretError) in
      do throws(ManifestError) { return try prepare(unit, tree, source, &edits) } catch {
        throw SealedSecretError(error, unit: unit.identity.printableLabel)
      }
    }
    let units = try ReadText.secrets(in: text.tree, text.text.bytes)
    guard units.count == given.count else {
      throw SealedSecretError(.verification, "the Secrets changed while they were prepared")
    }
    let dropped = given.map { unit in
      unit.entries.filter { $0.kind == .comment }.map { entry in
        first.position(of: entry.contentRange.lowerBound, in: source).line
      }
    }
    return try replace(units, in: text, given, dropped)
  }

  /// Refuses what must not be sealed.
  private func check(_ unit: SecretUnit, _ tree: SourceTree) throws(SealedSecretError) {
    let label = unit.identity.printableLabel
    guard unit.envelope == nil, !unit.entries.contains(where: { $0.token != nil }) else {
      throw SealedSecretError(
        .sealedOtherwise, "it is sealed by sealwax already", at: unit.position, unit: label,
        hints: ["'sealwax convert --to sealedsecret' opens and seals it in one step"])
    }
    guard !unit.identity.name.isEmpty || settings.name != nil else {
      throw SealedSecretError(
        .noIdentity, "a Secret without metadata.name cannot be sealed", at: unit.position,
        unit: label)
    }
    let hasValues = unit.entries.contains { $0.kind != .comment }
    guard hasValues || settings.allowsEmptyData else {
      throw SealedSecretError(
        .noData, "the Secret has no values", at: unit.position, unit: label,
        hints: ["--allow-empty-data seals it all the same"])
    }
    let own = unit.identity.namespace
    if settings.refusesOtherNamespaces, let namespace = settings.namespace, !own.isEmpty,
      own != namespace, scope(of: unit, tree) != .clusterWide
    {
      throw SealedSecretError(
        .noIdentity,
        "the Secret is in the namespace \(SealedSecretNames.shown(own)), and "
          + "\(SealedSecretNames.shown(namespace)) was named", at: unit.position, unit: label,
        hints: ["what is sealed opens in one namespace alone: leave out --namespace, or change it"])
    }
  }

  /// What a Secret's values are going to be bound to.
  private func scope(of unit: SecretUnit, _ tree: SourceTree) -> SealingScope {
    if let scope = settings.scope { return scope }
    guard let metadata = tree.field("metadata", of: unit.root)?.value else { return .strict }
    return Self.scope(of: metadata, tree)
  }

  private func prepare(
    _ unit: SecretUnit, _ tree: SourceTree, _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    if removeComments(behind: unit, tree, source, &edits) { return true }
    if FinalBlockScalar.strip(below: unit.root, tree, source, &edits) { return true }
    if try TemplateTexts(tree).quote(in: unit.root, source, &edits) { return true }
    guard let metadata = tree.field("metadata", of: unit.root)?.value else { return false }
    let change = MetadataEdits(tree, metadata: metadata)
    if try change.removeServerField(source, &edits) { return true }
    if try change.set("name", settings.name ?? unit.identity.name, source, &edits) {
      return true
    }
    if let namespace = namespace(of: unit, tree),
      try change.set("namespace", namespace, source, &edits)
    {
      return true
    }
    guard let scope = settings.scope else { return false }
    return try change.setScope(scope, source, &edits)
  }

  /// A comment behind the last value is a comment on it.
  private func removeComments(
    behind unit: SecretUnit, _ tree: SourceTree, _ source: Span<UInt8>,
    _ edits: inout SpliceEdits
  ) -> Bool {
    let root = tree[unit.root].range
    var end = 0
    for entry in unit.entries
    where entry.kind == .comment && !root.contains(entry.contentRange.lowerBound) {
      let extent = FieldEditor(tree).extent(ofComment: entry.contentRange, source: source)
      // The last line of a text takes the line break in front along: in the next round.
      guard extent.lowerBound >= end else { continue }
      edits.remove(extent)
      end = extent.upperBound
    }
    return end > 0
  }

  private func namespace(of unit: SecretUnit, _ tree: SourceTree) -> String? {
    guard unit.identity.namespace.isEmpty else { return unit.identity.namespace }
    return scope(of: unit, tree) == .clusterWide ? nil : settings.namespace
  }

  private static func scope(of metadata: NodeID, _ tree: SourceTree) -> SealingScope {
    guard let annotations = tree.field("annotations", of: metadata)?.value else { return .strict }
    for (name, scope) in SealingScope.annotations {
      if let pair = tree.field(name, of: annotations), tree.fieldText(pair.value) == "true" {
        return scope
      }
    }
    return .strict
  }

  private func replace(
    _ units: [SecretUnit], in text: borrowing ReadText, _ given: [SecretUnit],
    _ droppedLines: [[Int]]
  ) throws(SealedSecretError) -> SealedSecretOutput {
    var edits = SpliceEdits()
    var pool = WipedBuffer()
    var expected: [SealedExpectation] = []
    for unit in units {
      let draft = try draft(unit, text.tree, text.text.bytes, &pool, &expected)
      var output = WipedBuffer()
      DraftWriter(tree: text.tree, root: unit.root).append(
        draft, source: text.text.bytes, pool: pool.bytes, to: &output)
      edits.replace(text.tree[unit.root].range, with: output.bytes)
    }
    for list in SecretLists.nodes(in: text.tree) { edits.replace(list, with: "List") }
    let result = try text.edited(edits)
    try SealedExpectation.verify(
      expected, of: result.tree, result.text.bytes, from: text.tree, pool: pool.bytes)
    var outcomes = zip(given, expected).map { unit, expected in
      SealedSecretOutcome(
        kind: "Secret", namespace: unit.identity.namespace, name: unit.identity.name,
        position: unit.position, action: .sealed,
        valueCount: expected.values.count, changedCount: expected.values.count)
    }
    for (index, lines) in zip(outcomes.indices, droppedLines) {
      outcomes[index].droppedCommentLines = lines
    }
    return SealedSecretOutput(
      text: WipedBuffer(copying: result.text.bytes), outcomes: outcomes, isChanged: true)
  }

  private func draft(
    _ unit: SecretUnit, _ tree: SourceTree, _ source: Span<UInt8>, _ pool: inout WipedBuffer,
    _ expected: inout [SealedExpectation]
  ) throws(SealedSecretError) -> Draft {
    let label = unit.identity.printableLabel
    guard let metadata = tree.field("metadata", of: unit.root) else {
      throw SealedSecretError(.noIdentity, "a Secret without metadata", unit: label)
    }
    let scope = Self.scope(of: metadata.value, tree)
    let namespace = unit.identity.namespace
    guard !namespace.isEmpty || scope == .clusterWide else {
      throw SealedSecretError(
        .noIdentity, "the Secret names no namespace, which its values are bound to",
        at: unit.position, unit: label,
        hints: ["say which with --namespace, or seal with --scope cluster-wide"])
    }
    let values = try seal(
      unit, label: scope.label(namespace: namespace, name: unit.identity.name), tree, source,
      &pool)
    let parts = SecretParts(unit, tree: tree, source: source)
    var template = [Draft.Entry("metadata", .copied(parts.pair("metadata")))]
    template[0].leading = parts.leading("metadata")
    for key in ["type", "immutable"] where parts.has(key) {
      template.append(
        Draft.Entry(key, .copied(parts.pair(key)), leading: parts.leading(key)))
    }
    var identity: [Draft.Entry] = []
    if let annotation = scope.annotation {
      identity.append(
        Draft.Entry("annotations", .mapping([Draft.Entry(annotation, .text("true"))])))
    }
    identity.append(Draft.Entry("name", .text(unit.identity.name)))
    if !namespace.isEmpty { identity.append(Draft.Entry("namespace", .text(namespace))) }
    expected.append(
      SealedExpectation(
        name: unit.identity.name, namespace: namespace, scope: scope, values: values,
        metadata: metadata.value,
        others: ["type", "immutable"].filter(parts.has).map { ($0, parts.pair($0).value) }))
    return Draft(entries: [
      parts.entry("apiVersion", SealedSecretObject.apiVersion),
      parts.entry("kind", SealedSecretObject.kind),
      Draft.Entry("metadata", .mapping(identity)),
      Draft.Entry(
        "spec",
        .mapping([
          Draft.Entry(
            "encryptedData", .mapping(values.map { Draft.Entry($0.key, .pooled($0.range)) })),
          Draft.Entry("template", .mapping(template)),
        ]), leading: parts.leading("data") + parts.leading("stringData")),
    ])
  }

  /// Appends the Base64 of every value sealed, in the order of their names.
  private func seal(
    _ unit: SecretUnit, label: [UInt8], _ tree: SourceTree, _ source: Span<UInt8>,
    _ pool: inout WipedBuffer
  ) throws(SealedSecretError) -> [PooledValue] {
    var bytes = WipedBuffer()
    let values: [SecretValue]
    do {
      values = try SecretValues.append(
        of: unit, tree: tree, source: source, nullIsEmpty: true, to: &bytes)
    } catch {
      throw SealedSecretError(error, unit: unit.identity.printableLabel)
    }
    var result: [PooledValue] = []
    for value in values.sorted(by: { $0.key < $1.key }) {
      let start = pool.count
      try SealedText.append(
        bytes.bytes.extracting(value.range), key: settings.key, label: label.span, to: &pool)
      result.append(PooledValue(key: value.key, range: start..<pool.count))
    }
    return result
  }
}

/// A value whose text stands in a pool.
struct PooledValue {
  let key: String
  let range: Range<Int>
}

/// Sealed values as texts.
enum SealedText {
  /// Appends the Base64 of a sealed value.
  static func append(
    _ value: Span<UInt8>, key: RSAOAEP.PublicKey, label: Span<UInt8>, to pool: inout WipedBuffer
  ) throws(SealedSecretError) {
    var sealed = WipedBuffer()
    try SealedValue.seal(value, for: key, label: label, appendingTo: &sealed)
    Base64.encode(sealed.bytes, appendingTo: &pool)
  }
}

/// Lists that say they hold Secrets, and no longer do.
enum SecretLists {
  static func nodes(in tree: SourceTree) -> [Range<Int>] {
    SealedSecretReader.lists(in: tree, kind: "SecretList").map { tree[$0.kind].contentRange }
  }
}
