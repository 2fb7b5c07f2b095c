internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Makes Secrets of the SealedSecrets of a manifest, as the controller does.
///
/// All that is not a SealedSecret keeps its bytes; what was a template keeps its text.
public struct SealedSecretOpener: Sendable {
  private let keys: UnsealingKeys
  /// Whether values that the controller makes from a template are left out.
  private let leavesOutTemplates: Bool

  /// Opens with keys.
  public init(_ keys: UnsealingKeys, leavesOutTemplates: Bool = false) {
    self.keys = keys
    self.leavesOutTemplates = leavesOutTemplates
  }

  /// Opens every SealedSecret; the result has been read again and compared.
  ///
  /// - Throws: `.syntax`, `.malformed`; `.noKey` with the names of the values that no key opens;
  ///   `.unsupported`; `.verification` when the layout is one that cannot be carried over;
  ///   `.cryptoFailure`.
  public func open(_ source: Span<UInt8>) throws(SealedSecretError) -> SealedSecretOutput {
    let first = try ReadText.parse(source)
    let given = try SealedSecretReader.objects(in: first, source: source)
    guard !given.isEmpty else { return .untouched(source) }
    for object in given { try check(object) }
    let text = try Preparation.run(
      ReadText(WipedBuffer(copying: source), first),
      objects: { tree, source throws(SealedSecretError) in
        try SealedSecretReader.objects(in: tree, source: source)
      },
      edit: { object, tree, source, edits throws(SealedSecretError) in
        do throws(ManifestError) { return try prepare(object, tree, source, &edits) } catch {
          throw SealedSecretError(error, unit: object.label)
        }
      })
    let objects = try SealedSecretReader.objects(in: text.tree, source: text.text.bytes)
    return try replace(objects, in: text, given.map { GivenObject($0, first) }, source)
  }

  private func check(_ object: SealedSecretObject) throws(SealedSecretError) {
    guard !object.hasWholeData else {
      throw SealedSecretError(
        .unsupported, "spec.data, the format of before 2019, is not supported",
        at: object.position, unit: object.label)
    }
    guard !object.name.isEmpty else {
      throw SealedSecretError(
        .noIdentity, "a SealedSecret without metadata.name", at: object.position,
        unit: object.label)
    }
  }

  /// The controller gives the Secret the SealedSecret's own name and namespace.
  private func prepare(
    _ object: SealedSecretObject, _ tree: SourceTree, _ source: Span<UInt8>,
    _ edits: inout SpliceEdits
  ) throws(ManifestError) -> Bool {
    if FinalBlockScalar.strip(below: object.root, tree, source, &edits) { return true }
    if let template = object.template,
      try TemplateTexts(tree).quote(in: template, source, &edits)
    {
      return true
    }
    guard let metadata = object.templateMetadata else { return false }
    let change = MetadataEdits(tree, metadata: metadata)
    // The controller puts the SealedSecret in their place, which is not there without a cluster.
    if !keepsOwners(metadata, tree), try change.remove("ownerReferences", source, &edits) {
      return true
    }
    if try change.set("name", object.name, source, &edits) { return true }
    guard !object.namespace.isEmpty else {
      return try change.remove("namespace", source, &edits)
    }
    return try change.set("namespace", object.namespace, source, &edits)
  }

  private func keepsOwners(_ metadata: NodeID, _ tree: SourceTree) -> Bool {
    let name = "sealedsecrets.bitnami.com/skip-set-owner-references"
    guard let annotations = tree.field("annotations", of: metadata)?.value else { return false }
    return tree.field(name, of: annotations).map { tree.fieldText($0.value) == "true" } ?? false
  }

  private func replace(
    _ objects: [SealedSecretObject], in text: borrowing ReadText, _ given: [GivenObject],
    _ source: Span<UInt8>
  ) throws(SealedSecretError) -> SealedSecretOutput {
    var edits = SpliceEdits()
    var plaintext = WipedBuffer()
    var opened: [[PooledValue]] = []
    var outcomes: [SealedSecretOutcome] = []
    var hint = 0
    var budget = TemplateRun.maximumCost
    for (object, before) in zip(objects, given) {
      var values = try open(
        object, text.tree, startingAt: &hint, before, source, to: &plaintext)
      if !leavesOutTemplates {
        values = try make(
          object, text.tree, from: values, before, source, &budget, &plaintext)
      }
      var pool = WipedBuffer()
      let texts = values.map { value in
        let start = pool.count
        Base64.encode(plaintext.bytes.extracting(value.range), appendingTo: &pool)
        return PooledValue(key: value.key, range: start..<pool.count)
      }
      var output = WipedBuffer()
      DraftWriter(tree: text.tree, root: object.root).append(
        draft(object, texts, text.tree, text.text.bytes), source: text.text.bytes,
        pool: pool.bytes, to: &output)
      edits.replace(text.tree[object.root].range, with: output.bytes)
      opened.append(values)
      outcomes.append(
        SealedSecretOutcome(
          kind: SealedSecretObject.kind, namespace: before.object.namespace,
          name: before.object.name, position: before.object.position, action: .unsealed,
          valueCount: values.count, changedCount: values.count))
    }
    for list in SealedSecretReader.lists(in: text.tree, kind: "SealedSecretList") {
      edits.replace(text.tree[list.kind].contentRange, with: "List")
      if let version = list.apiVersion {
        edits.replace(text.tree[version].contentRange, with: "v1")
      }
    }
    let result = try text.edited(edits)
    try OpenedExpectation.verify(
      objects, opened, plaintext.bytes, of: result.tree, result.text.bytes, from: text.tree)
    return SealedSecretOutput(
      text: WipedBuffer(copying: result.text.bytes), outcomes: outcomes, isChanged: true)
  }

  /// Appends the plaintext of every value.
  private func open(
    _ object: SealedSecretObject, _ tree: SourceTree, startingAt hint: inout Int,
    _ before: GivenObject, _ source: Span<UInt8>, to plaintext: inout WipedBuffer
  ) throws(SealedSecretError) -> [PooledValue] {
    var values: [PooledValue] = []
    var closed = ClosedEntries()
    let label = object.sealingLabel
    let leftOut = leavesOutTemplates ? Set(object.templated.map(\.key)) : []
    for (index, entry) in object.entries.enumerated() where !leftOut.contains(entry.key) {
      let start = plaintext.count
      let key: Int?
      do throws(SealedSecretError) {
        key = try OpenedEntry.open(
          entry, of: object, tree, keys, label: label.span, startingAt: hint, to: &plaintext)
      } catch { throw error.at(before.position(ofEntry: index, in: source)) }
      guard let key else {
        closed.append(entry.key, at: index)
        if closed.isFull { break }
        continue
      }
      hint = key
      values.append(PooledValue(key: entry.key, range: start..<plaintext.count))
    }
    if let first = closed.first {
      throw closed.error(of: object, at: before.position(ofEntry: first, in: source))
    }
    return values
  }

  /// Appends what the controller makes of the values; it takes the place of a value of its name.
  private func make(
    _ object: SealedSecretObject, _ tree: SourceTree, from values: [PooledValue],
    _ before: GivenObject, _ source: Span<UInt8>, _ budget: inout Int,
    _ plaintext: inout WipedBuffer
  ) throws(SealedSecretError) -> [PooledValue] {
    var result = values
    for (index, entry) in object.templated.enumerated() {
      var made = WipedBuffer()
      do throws(SealedSecretError) {
        guard !tree.isImplicit(entry.node) else {
          throw SealedSecretError(.malformed, "a template that is no text; put it in quotes")
        }
        let text = Array((tree.fieldText(entry.node) ?? "").utf8)
        guard text.count <= TemplateText.maximumByteCount else {
          throw SealedSecretError(.malformed, "a template has more than 1 MiB")
        }
        try TemplateRun(values).append(
          try TemplateText(text), plaintext: plaintext.bytes, budget: &budget, to: &made)
      } catch {
        throw SealedSecretError(
          error.code, "\(SealedSecretNames.shown(entry.key)): \(error.message)",
          at: before.position(ofTemplate: index, in: source), unit: object.label,
          hints: ["--leave-out-templates opens the sealed values alone"])
      }
      let start = plaintext.count
      plaintext.append(made.bytes)
      result.removeAll { $0.key == entry.key }
      result.append(PooledValue(key: entry.key, range: start..<plaintext.count))
    }
    return result
  }

  private func draft(
    _ object: SealedSecretObject, _ values: [PooledValue], _ tree: SourceTree,
    _ source: Span<UInt8>
  ) -> Draft {
    let parts = SecretParts(object.root, hiding: [], tree: tree, source: source)
    var entries = [parts.entry("apiVersion", "v1"), parts.entry("kind", "Secret")]
    var others: [Draft.Entry] = []
    if let template = object.template {
      let fields = SecretParts(template, hiding: [], tree: tree, source: source)
      if object.templateMetadata != nil {
        entries.append(
          Draft.Entry(
            "metadata", .copied(fields.pair("metadata")), leading: fields.leading("metadata")))
      }
      others = ["type", "immutable"].filter(fields.has).map {
        Draft.Entry($0, .copied(fields.pair($0)), leading: fields.leading($0))
      }
    }
    if object.templateMetadata == nil {
      var identity = [Draft.Entry("name", .text(object.name))]
      if !object.namespace.isEmpty {
        identity.append(Draft.Entry("namespace", .text(object.namespace)))
      }
      entries.append(Draft.Entry("metadata", .mapping(identity)))
    }
    let data = values.map { Draft.Entry($0.key, .pooled($0.range)) }
    entries += others
    entries.append(
      Draft.Entry("data", .mapping(data), leading: parts.leading("spec")))
    return Draft(entries: entries)
  }
}
