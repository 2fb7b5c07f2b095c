public import CryptoCore
internal import Manifest
internal import YAMLSource

/// Changes single values of SealedSecrets, leaving every other byte.
public struct SealedSecretEditor: Sendable {
  private let key: RSAOAEP.PublicKey

  /// Seals for a key.
  public init(sealingFor key: RSAOAEP.PublicKey) { self.key = key }

  /// What a SealedSecret that is merged into has to be; nil for whatever it is.
  public struct Expected: Sendable {
    /// Its name.
    public var name: String?
    /// Its namespace.
    public var namespace: String?
    /// What its values are bound to.
    public var scope: SealingScope?
    /// Whether the Secret may have no values.
    public var allowsEmptyData = false

    /// Expects nothing.
    public init() {}
  }

  /// Puts the values, labels and annotations of a plaintext Secret into a SealedSecret; those of other
  /// names stay.
  ///
  /// The SealedSecret's name, namespace and scope count.
  ///
  /// - Parameters:
  ///   - secret: A manifest with one Secret; its name, if it has one, is the SealedSecret's.
  ///   - source: A manifest with SealedSecrets; with several, that of the Secret's name is meant.
  ///   - expected: What the SealedSecret has to be.
  /// - Throws: As `SealedSecretSealer.seal`; `.noSealedSecret`.
  public func merge(
    _ secret: Span<UInt8>, into source: Span<UInt8>, expecting expected: Expected = Expected()
  ) throws(SealedSecretError) -> SealedSecretOutput {
    let secretTree = try ReadText.parse(secret)
    let units = try ReadText.secrets(in: secretTree, secret)
    guard let unit = units.first, units.count == 1 else {
      throw SealedSecretError(
        units.isEmpty ? .noData : .malformed,
        units.isEmpty ? "there is no Secret to take values from" : "more than one Secret to merge",
        at: units.dropFirst().first?.position)
    }
    guard unit.envelope == nil, !unit.entries.contains(where: { $0.token != nil }) else {
      throw SealedSecretError(
        .sealedOtherwise, "it is sealed by sealwax already", at: unit.position,
        unit: unit.identity.printableLabel)
    }
    var bytes = WipedBuffer()
    let values: [SecretValue]
    let metadata: MergedMetadata
    do {
      values = try SecretValues.append(
        of: unit, tree: secretTree, source: secret, nullIsEmpty: true, to: &bytes)
      metadata = try MergedMetadata(of: unit, tree: secretTree, source: secret)
    } catch { throw SealedSecretError(error, unit: unit.identity.printableLabel) }
    guard !values.isEmpty || expected.allowsEmptyData else {
      throw SealedSecretError(
        .noData, "the Secret has no values", at: unit.position, unit: unit.identity.printableLabel,
        hints: ["--allow-empty-data takes its labels and annotations all the same"])
    }
    let identity = unit.identity
    let text = try Preparation.run(
      ReadText(WipedBuffer(copying: source)),
      objects: { tree, source throws(SealedSecretError) in
        [try target(of: identity, in: tree, source)]
      },
      edit: { object, tree, source, edits throws(SealedSecretError) in
        guard !metadata.isEmpty else { return false }
        do throws(ManifestError) {
          return try metadata.carryOver(to: object, tree, source, &edits)
        } catch { throw SealedSecretError(error, unit: object.label) }
      })
    let object = try target(of: identity, in: text.tree, text.text.bytes)
    try check(object, expected)
    let label = object.sealingLabel
    guard !object.namespace.isEmpty || object.scope == .clusterWide else {
      throw SealedSecretError(
        .noIdentity, "the SealedSecret names no namespace, which its values are bound to",
        at: object.position, unit: object.label)
    }
    var changes: [SealedChange] = []
    for value in values.sorted(by: { $0.key < $1.key }) {
      var text = WipedBuffer()
      try SealedText.append(
        bytes.bytes.extracting(value.range), key: key, label: label.span, to: &text)
      changes.append(SealedChange(key: value.key, text: text.bytes))
    }
    let changed = try carryOut(changes, on: object, text.tree, text.text.bytes)
    let isSame = Self.areEqual(changed, source)
    return SealedSecretOutput(
      text: changed,
      outcomes: [
        SealedSecretOutcome(
          kind: SealedSecretObject.kind, namespace: object.namespace, name: object.name,
          position: object.position, action: .merged,
          valueCount: Set(object.entries.map(\.key) + changes.map(\.key)).count,
          changedCount: changes.count)
      ], isChanged: !isSame)
  }

  private static func areEqual(_ text: borrowing WipedBuffer, _ other: Span<UInt8>) -> Bool {
    ConstantTime.equal(text.bytes, other)
  }

  private func check(
    _ object: SealedSecretObject, _ expected: Expected
  ) throws(SealedSecretError) {
    func refuse(_ what: String, _ own: String, _ other: String) -> SealedSecretError {
      let own = SealedSecretNames.shown(own)
      return SealedSecretError(
        .noSealedSecret,
        "the SealedSecret's \(what) is \(own), and not \(SealedSecretNames.shown(other))",
        at: object.position, unit: object.label,
        hints: ["it keeps its name, namespace and scope: leave out --\(what)"])
    }
    if let name = expected.name, name != object.name { throw refuse("name", object.name, name) }
    if let scope = expected.scope, scope != object.scope {
      throw refuse("scope", object.scope.rawValue, scope.rawValue)
    }
    if let namespace = expected.namespace, namespace != object.namespace,
      object.scope != .clusterWide
    {
      throw refuse("namespace", object.namespace, namespace)
    }
  }

  private func target(
    of identity: UnitIdentity, in tree: SourceTree, _ source: Span<UInt8>
  ) throws(SealedSecretError) -> SealedSecretObject {
    let objects = try SealedSecretReader.objects(in: tree, source: source)
    let meant = objects.filter { object in
      object.name == identity.name
        && (identity.namespace.isEmpty || object.namespace == identity.namespace)
    }
    // kubeseal gives the values to the one that is there, whatever the Secret is called.
    if objects.count == 1, let only = objects.first {
      guard identity.name.isEmpty || !meant.isEmpty else {
        throw SealedSecretError(
          .noSealedSecret,
          "the Secret is called \(SealedSecretNames.shown(identity.name)), and the SealedSecret "
            + SealedSecretNames.shown(only.name), at: only.position,
          hints: ["take the name out of the Secret to merge it all the same"])
      }
      return only
    }
    guard meant.count == 1, let object = meant.first else {
      throw SealedSecretError(
        .noSealedSecret,
        objects.isEmpty
          ? "there is no SealedSecret to merge into"
          : "there is no one SealedSecret \(SealedSecretNames.shown(identity.name))")
    }
    return object
  }

  /// Seals every value of all SealedSecrets that is not sealed for the newest key anew.
  ///
  /// - Parameters:
  ///   - keys: What opens them.
  ///   - isAll: Whether values that the key opens already are sealed anew, too; it can be told only
  ///     when the private key is one of `keys`.
  /// - Throws: As `SealedSecretOpener.open`; `.malformed` when there is a Secret in plaintext, too.
  public func reencrypt(
    _ source: Span<UInt8>, by keys: UnsealingKeys, isAll: Bool = false
  ) throws(SealedSecretError) -> SealedSecretOutput {
    let tree = try ReadText.parse(source)
    try PlaintextSecrets.refuse(in: tree, source)
    let objects = try SealedSecretReader.objects(in: tree, source: source)
    guard !objects.isEmpty else { return .untouched(source) }
    var edits = SpliceEdits()
    var outcomes: [SealedSecretOutcome] = []
    var hint = 0
    for object in objects {
      let given = GivenObject(object, tree)
      var closed = ClosedEntries()
      var count = 0
      let label = object.sealingLabel
      for (index, entry) in object.entries.enumerated() {
        var plaintext = WipedBuffer()
        let opener: Int?
        do throws(SealedSecretError) {
          opener = try OpenedEntry.open(
            entry, of: object, tree, keys, label: label.span, startingAt: hint, to: &plaintext)
        } catch { throw error.at(given.position(ofEntry: index, in: source)) }
        guard let opener else {
          closed.append(entry.key, at: index)
          if closed.isFull { break }
          continue
        }
        hint = opener
        guard isAll || keys.keys[opener].publicKey != key else { continue }
        var text = WipedBuffer()
        try SealedText.append(plaintext.bytes, key: key, label: label.span, to: &text)
        try replace(entry, with: text.bytes, tree, source, &edits)
        count += 1
      }
      if let first = closed.first {
        throw closed.error(of: object, at: given.position(ofEntry: first, in: source))
      }
      outcomes.append(
        SealedSecretOutcome(
          kind: SealedSecretObject.kind, namespace: object.namespace, name: object.name,
          position: object.position, action: count > 0 ? .reencrypted : .unchanged,
          valueCount: object.entries.count,
          changedCount: count))
    }
    guard !edits.isEmpty else {
      return SealedSecretOutput(
        text: WipedBuffer(copying: source), outcomes: outcomes, isChanged: false)
    }
    let text = try ReadText(WipedBuffer(copying: source), tree).edited(edits)
    try check(text.tree, text.text.bytes, against: objects, tree)
    return SealedSecretOutput(
      text: WipedBuffer(copying: text.text.bytes), outcomes: outcomes, isChanged: true)
  }

  /// The same objects with the same names of values are in the result.
  private func check(
    _ tree: SourceTree, _ source: Span<UInt8>, against objects: [SealedSecretObject],
    _ original: SourceTree
  ) throws(SealedSecretError) {
    let written = try SealedSecretReader.objects(in: tree, source: source)
    let isSame =
      written.count == objects.count
      && zip(written, objects).allSatisfy { own, other in
        own.name == other.name && own.namespace == other.namespace && own.scope == other.scope
          && own.entries.map(\.key) == other.entries.map(\.key)
      }
    guard isSame else {
      throw SealedSecretError(.verification, "the result does not read as what was meant")
    }
  }

  private func replace(
    _ entry: SealedSecretObject.Entry, with text: Span<UInt8>, _ tree: SourceTree,
    _ source: Span<UInt8>, _ edits: inout SpliceEdits
  ) throws(SealedSecretError) {
    // Base64 of a ciphertext is public.
    let text = String(decoding: Array(copying: text), as: UTF8.self)
    do {
      try FieldEditor(tree).replace(entry.node, with: text, source: source, edits: &edits)
    } catch { throw SealedSecretError(error) }
  }

  private func carryOut(
    _ changes: [SealedChange], on object: SealedSecretObject, _ tree: SourceTree,
    _ source: Span<UInt8>
  ) throws(SealedSecretError) -> WipedBuffer {
    var edits = SpliceEdits()
    var added: [(key: String, text: String)] = []
    for change in changes {
      if let entry = object.entries.first(where: { $0.key == change.key }) {
        try replace(entry, with: Array(change.text.utf8).span, tree, source, &edits)
      } else {
        added.append((change.key, change.text))
      }
    }
    if !added.isEmpty {
      do throws(ManifestError) {
        let fields = FieldEditor(tree)
        if let place = tree.field("encryptedData", of: object.spec)?.value {
          try fields.add(added, to: place, source: source, edits: &edits)
        } else {
          try fields.add(
            "encryptedData", holding: added, to: object.spec, source: source, edits: &edits)
        }
      } catch { throw SealedSecretError(error, unit: object.label) }
    }
    let text = try ReadText(WipedBuffer(copying: source), tree).edited(edits)
    let written = try SealedSecretReader.objects(in: text.tree, source: text.text.bytes)
      .first { $0.name == object.name && $0.namespace == object.namespace }
    let expected = Set(object.entries.map(\.key)).union(changes.map(\.key))
    let holds = changes.allSatisfy { change in
      written?.entries.contains { entry in
        entry.key == change.key && text.tree.string(of: entry.node) == change.text
      } ?? false
    }
    guard let written, Set(written.entries.map(\.key)) == expected, holds,
      written.scope == object.scope
    else {
      throw SealedSecretError(
        .verification, "the result does not read as what was meant", unit: object.label)
    }
    return WipedBuffer(copying: text.text.bytes)
  }
}

/// A value that a SealedSecret is to have.
private struct SealedChange {
  let key: String
  /// The Base64 of its ciphertext, which is public.
  let text: String

  init(key: String, text: Span<UInt8>) {
    self.key = key
    self.text = String(decoding: Array(copying: text), as: UTF8.self)
  }
}
