internal import Envelope
internal import Findings
internal import Manifest
internal import YAMLSource

/// A node that is to be looked at.
private struct Visit {
  let node: NodeID
  /// Whether an object of the cluster stands here: a document, or an element of a list.
  var isObject = false
  /// Whether it is a Secret although it does not say so: an element of a SecretList.
  var isListedSecret = false
  /// Whether it stands in annotations.
  var isAnnotation = false
}

/// What is known of a tree before it is walked.
private struct Inspected {
  /// Where the Secrets begin that are judged as far as they can be.
  var judged: Set<Int> = []
  /// Where Secrets begin whose annotation of kubectl was looked at.
  var read: Set<Int> = []
  /// Collections that were judged, wherever else aliases have them.
  var seen: Set<NodeID> = []
  /// For texts in the tree, which are come upon in the order of the text.
  var cursor = PositionCursor()
  /// Whether values of a Secret are encrypted by something else, or come from elsewhere.
  var hasProtected = false
}

extension FileScanner {
  /// Judges the Secrets of a text that was read, and looks for others within.
  mutating func scanTree(
    _ tree: SourceTree, _ bytes: Span<UInt8>, at place: Placement, isAnnotation: Bool
  ) {
    var inspected = Inspected()
    var problem: EnvelopeError?
    let before = result.findings.count
    do throws(EnvelopeError) {
      for unit in try ManifestInspector.inspect(
        tree, source: bytes, fields: place.depth == 0 ? fields : .none)
      {
        inspected.read.insert(unit.position.offset)
        if judge(unit, place, isAnnotation) { inspected.judged.insert(unit.position.offset) }
      }
    } catch { problem = error }
    var open = tree.documents.reversed().compactMap(\.root).map { root in
      Visit(node: root, isObject: place.depth == 0, isAnnotation: isAnnotation)
    }
    while let visit = open.popLast() {
      self.visit(visit, tree, bytes, place, &inspected, &open)
    }
    // In other texts, and in templates, it need not be one; how a Secret says that it is one does not
    // keep its values from being judged.
    guard let problem, problem.manifestError?.code != .unclearKind, !inspected.hasProtected,
      result.findings.count == before, place.depth == 0,
      !Traces.hasActions(bytes)
    else { return }
    let position = problem.position ?? SourcePosition(offset: 0, line: 1, column: 1)
    add(ScanRules.unclearSecret, problem.message, place.place(position))
  }

  /// Judges a Secret that has tokens; false when it has none, and its values are still to be judged.
  private mutating func judge(
    _ unit: UnitStatus, _ place: Placement, _ isAnnotation: Bool
  ) -> Bool {
    let label = unit.identity.printableLabel
    for problem in unit.problems {
      let rule: Rule =
        switch problem.code {
        case .plaintextBesideCiphertext: ScanRules.halfSealed
        case .missingEnvelope, .malformedEnvelope, .unsupportedVersion: ScanRules.lostEnvelope
        case .staleSeal: ScanRules.staleSeal
        case .invalidSignature: ScanRules.badSignature
        case .plaintextElsewhere: ScanRules.appliedConfiguration
        default: ScanRules.unclearSecret
        }
      add(rule, "\(label): \(problem.message)", place.place(problem.position))
    }
    let hasTokens = unit.entries.contains { $0.state == .sealed }
    if unit.isSealed || hasTokens {
      noteSecret(place.place(unit.position))
      if unit.envelope != nil, place.depth == 0 { result.sealedUnits.append(unit) }
      // Beside tokens that lost their envelope; the inspector says nothing of these.
      if !unit.isSealed {
        for entry in unit.entries where entry.state == .plaintext {
          add(
            ScanRules.halfSealed,
            "\(label): \(ShownName.text(entry.name)) is not sealed beside others that are",
            place.place(entry.position))
        }
      }
      return true
    }
    if !unit.identity.isSecret {
      let count = unit.entries.count
      let values = count == 1 ? "1 value" : "\(count) values"
      add(
        ScanRules.plaintextSecret, "\(label): \(values) in plaintext that the policy has sealed",
        place.place(unit.entries.first?.position ?? unit.position))
    }
    return false
  }

  private mutating func noteSecret(_ position: SourcePosition) {
    if result.firstSecret == nil { result.firstSecret = position }
  }

  private mutating func visit(
    _ visit: Visit, _ tree: SourceTree, _ bytes: Span<UInt8>, _ place: Placement,
    _ inspected: inout Inspected, _ open: inout [Visit]
  ) {
    let node = visit.node
    switch tree[node].kind {
    case .alias: return
    case .scalar:
      scanScalar(
        node, tree, bytes, place, &inspected.cursor, isAnnotation: visit.isAnnotation)
    case .sequence:
      for item in tree.items(of: node).reversed() {
        open.append(Visit(node: item, isAnnotation: visit.isAnnotation))
      }
    case .mapping: visitMapping(visit, tree, bytes, place, &inspected, &open)
    }
  }

  private mutating func visitMapping(
    _ visit: Visit, _ tree: SourceTree, _ bytes: Span<UInt8>, _ place: Placement,
    _ inspected: inout Inspected, _ open: inout [Visit]
  ) {
    let fields = Fields(of: visit.node, in: tree)
    let header = ObjectKind(fields)
    let isSecret = header.isSecret || (visit.isListedSecret && header.isEmpty)
    let start = tree[visit.node].range.lowerBound
    if isSecret {
      if !inspected.judged.contains(start) {
        judgeValues(visit, fields, tree, bytes, place, &inspected)
      }
    } else {
      scanConfiguration(fields, header, tree, bytes, place, &inspected.seen)
    }
    for pair in tree.pairs(of: visit.node).reversed() {
      var next = Visit(node: pair.value, isAnnotation: visit.isAnnotation)
      if isSecret {
        // What is in its values is judged with them.
        if tree.hasValue(pair.key, "data") || tree.hasValue(pair.key, "stringData") { continue }
        if tree.hasValue(pair.key, "metadata") {
          visitMetadata(
            pair.value, tree, bytes, place, isRead: inspected.read.contains(start), &open)
          continue
        }
      } else if header.isList || visit.isObject, tree.hasValue(pair.key, "items") {
        // kubectl takes apart whatever has 'items', whatever its kind says.
        for item in tree.items(of: pair.value).reversed() {
          open.append(
            Visit(
              node: item, isObject: visit.isObject, isListedSecret: header.isSecretList,
              isAnnotation: visit.isAnnotation))
        }
        continue
      } else if tree.hasValue(pair.key, "annotations") {
        next.isAnnotation = true
      }
      open.append(next)
    }
  }

  /// Judges the values of a Secret without tokens, or of one that could not be read as a whole.
  private mutating func judgeValues(
    _ visit: Visit, _ fields: Fields, _ tree: SourceTree, _ bytes: Span<UInt8>, _ place: Placement,
    _ inspected: inout Inspected
  ) {
    let values = SecretValuesTally(fields, in: tree, bytes, &inspected.seen)
    if values.encryptedCount + values.placeholderCount > 0 { inspected.hasProtected = true }
    guard values.plaintextCount > 0 else { return }
    let isOwn = visit.isObject && !visit.isAnnotation
    let first = place.place(tree.position(of: values.firstOffset, in: bytes))
    if isOwn {
      noteSecret(place.place(tree.position(of: tree[visit.node].range.lowerBound, in: bytes)))
    }
    let rule =
      visit.isAnnotation
      ? ScanRules.appliedConfiguration
      : values.sealedCount + values.encryptedCount > 0
        ? ScanRules.halfSealed : isOwn ? ScanRules.plaintextSecret : ScanRules.embeddedSecret
    add(rule, "\(SecretName.label(fields, in: tree)): \(values.summary)", first)
  }

  /// Looks into a Secret's annotations, where the whole object may stand a second time.
  private mutating func visitMetadata(
    _ metadata: NodeID, _ tree: SourceTree, _ bytes: Span<UInt8>, _ place: Placement, isRead: Bool,
    _ open: inout [Visit]
  ) {
    guard let annotations = Fields(of: metadata, in: tree)["annotations"] else { return }
    for pair in tree.pairs(of: annotations).reversed() {
      if tree.hasValue(pair.key, "sealwax.dev/envelope") { continue }
      let isKubectl = tree.hasValue(pair.key, "kubectl.kubernetes.io/last-applied-configuration")
      if isKubectl, isRead { continue }
      if tree.hasValue(pair.key, "objectset.rio.cattle.io/applied") {
        add(
          ScanRules.appliedConfiguration,
          "\(tree.shownKey(pair.key)) holds the whole object, compressed",
          place.place(tree.position(of: tree[pair.value].range.lowerBound, in: bytes)))
        continue
      }
      open.append(Visit(node: pair.value, isAnnotation: true))
    }
  }

  /// Looks into a text that stands in a document.
  private mutating func scanScalar(
    _ node: NodeID, _ tree: SourceTree, _ bytes: Span<UInt8>, _ place: Placement,
    _ cursor: inout PositionCursor, isAnnotation: Bool
  ) {
    guard place.depth < Self.maximumDepth, tree.withValue(of: node, { Self.mayHoldMore($0) }) else {
      return
    }
    let start = tree[node].contentRange.lowerBound
    let position = cursor.position(of: start, in: bytes)
    let inner =
      place.keepsLines && tree[node].kind == .scalar(.literal)
      ? Self.placement(ofBlock: start, position, bytes, in: place)
      : Placement(base: place.place(position), keepsLines: false, depth: place.depth + 1)
    tree.withValue(of: node) { text in
      scan(text, kind: .unknown, at: inner, wantsKeys: false, isAnnotation: isAnnotation)
    }
  }

  /// Whether there is a word in a text that stands for something to be read.
  private static func mayHoldMore(_ text: Span<UInt8>) -> Bool {
    guard text.count >= 24 else { return false }
    var next = 0
    while let match = AnchorSearch.shared.next(in: text, from: &next) {
      switch match.anchor {
      case .secret: if KindField(text, value: match.offset) != nil { return true }
      case .generator, .encryptionConfiguration, .kubeconfig, .appliedObject: return true
      default: break
      }
    }
    return false
  }

  /// Where the text of a literal block stands: every line of it is one of the file.
  private static func placement(
    ofBlock start: Int, _ position: SourcePosition, _ bytes: Span<UInt8>, in place: Placement
  ) -> Placement {
    var line = bytes.lineEnd(of: start) + 1
    if line < bytes.count, bytes[line - 1] == 0x0d, bytes[line] == 0x0a { line += 1 }
    while line < bytes.count, bytes[line].isLineBreak { line += 1 }
    var indentation = 0
    while line + indentation < bytes.count, bytes[line + indentation] == 0x20 { indentation += 1 }
    let base = place.place(
      SourcePosition(offset: start, line: position.line + 1, column: indentation + 1))
    return Placement(
      base: base, keepsLines: true, margin: base.column - 1, depth: place.depth + 1)
  }
}

/// What an object of the cluster says it is.
struct ObjectKind {
  let kind: String
  let apiVersion: String
  private let kinds: [String]
  private let apiVersions: [String]

  init(_ fields: Fields) {
    kinds = fields.texts("kind")
    apiVersions = fields.texts("apiVersion")
    kind = kinds.first ?? ""
    apiVersion = apiVersions.first ?? ""
  }

  var isEmpty: Bool { kind.isEmpty && apiVersion.isEmpty }

  /// Also one that Kubernetes would not take for how it is spelt, or that says so among others.
  var isSecret: Bool {
    kinds.contains { ObjectHeader.folded($0) == "secret" }
      && (apiVersion.isEmpty || apiVersions.contains(where: ObjectHeader.mayBeCore))
  }

  var isList: Bool { kind.hasSuffix("List") }
  var isSecretList: Bool { kind.lowercased() == "secretlist" }
}

/// A Secret's name for a message.
enum SecretName {
  static func label(_ fields: Fields, in tree: SourceTree) -> String {
    guard let metadata = fields["metadata"] else { return "Secret (no name)" }
    let names = Fields(of: metadata, in: tree)
    let name = names.text("name").map(ShownName.text) ?? "(no name)"
    return names.text("namespace").map { "Secret \(ShownName.text($0))/\(name)" }
      ?? "Secret \(name)"
  }
}
