internal import YAMLSource

/// Reads the rules of a `.sops.yaml`.
struct CreationRulesReader {
  typealias Recipient = SOPSCreationRules.Recipient

  let tree: SourceTree
  /// Aliases can make a small text large.
  private var recipientCount = 0
  private static let maximumRecipientCount = 10_000
  static let maximumDepth = 16

  /// The keys of a rule that name recipients, and those of a key group.
  static let ruleLists: [(String, SOPSBackend)] = [
    ("age", .age), ("pgp", .openPGP), ("kms", .awsKMS), ("gcp_kms", .gcpKMS),
    ("hckms", .huaweiKMS), ("azure_keyvault", .azureKeyVault),
    ("hc_vault_transit_uri", .vaultTransit),
  ]
  static let groupLists: [(String, SOPSBackend, parts: [String])] = [
    ("age", .age, []), ("pgp", .openPGP, []), ("kms", .awsKMS, ["arn", "role"]),
    ("gcp_kms", .gcpKMS, ["resource_id"]), ("hckms", .huaweiKMS, ["key_id"]),
    ("azure_keyvault", .azureKeyVault, ["vaultUrl", "key", "version"]),
    ("hc_vault", .vaultTransit, []),
  ]

  init(_ tree: SourceTree) { self.tree = tree }

  mutating func rules(_ source: Span<UInt8>) throws(SOPSError) -> [SOPSCreationRules.Rule] {
    guard let document = tree.documents.first, let root = document.root else { return [] }
    var rules: [SOPSCreationRules.Rule] = []
    for item in try items(of: try fields(of: root, source)["creation_rules"], source) {
      rules.append(try rule(item, source))
    }
    return rules
  }

  /// The indentation that `stores` names.
  func layout(_ source: Span<UInt8>) throws(SOPSError) -> SOPSLayout {
    guard let root = tree.documents.first?.root,
      let stores = try fields(of: root, source)["stores"]
    else { return .standard }
    let yaml = try indent(of: "yaml", in: stores, source) ?? 0
    let json = try indent(of: "json", in: stores, source) ?? -1
    return SOPSLayout(yamlIndent: yaml == 0 ? 4 : yaml, jsonIndent: json < 0 ? nil : json)
  }

  private func indent(
    of store: String, in stores: NodeID, _ source: Span<UInt8>
  ) throws(SOPSError) -> Int? {
    guard let settings = try fields(of: stores, source)[store],
      let id = try fields(of: settings, source)["indent"], let text = try text(id, source)
    else { return nil }
    guard let value = Int(text), value >= (store == "json" ? -1 : 0), value <= 64 else {
      throw failure("the indentation must be a number of spaces", id, source)
    }
    return value
  }

  func failure(_ message: String, _ id: NodeID, _ source: Span<UInt8>) -> SOPSError {
    SOPSError(
      .malformedConfiguration, message,
      at: tree.position(of: tree[id].contentRange.lowerBound, in: source))
  }

  private func resolved(_ id: NodeID) -> NodeID { tree.target(of: id) ?? id }

  func fields(
    of id: NodeID, _ source: Span<UInt8>
  ) throws(SOPSError) -> [String: NodeID] {
    let node = resolved(id)
    guard case .mapping = tree[node].kind else {
      throw failure("this must be a mapping", id, source)
    }
    if let duplicate = tree.duplicateKeys(of: node).first {
      throw failure("the key is there twice", duplicate, source)
    }
    var fields: [String: NodeID] = [:]
    for pair in tree.pairs(of: node) {
      if let name = tree.string(of: resolved(pair.key)) { fields[name] = pair.value }
    }
    return fields
  }

  private func isNull(_ id: NodeID) -> Bool {
    let node = tree[id]
    guard node.kind == .scalar(.plain) || node.kind == .scalar(.absent) else { return false }
    return tree.withValue(of: id) { YAMLScalarResolver.kind(of: $0) == .null }
  }

  func items(of id: NodeID?, _ source: Span<UInt8>) throws(SOPSError) -> [NodeID] {
    guard let id else { return [] }
    let node = resolved(id)
    if isNull(node) { return [] }
    guard case .sequence = tree[node].kind else { throw failure("this must be a list", id, source) }
    return tree.items(of: node)
  }

  func text(_ id: NodeID?, _ source: Span<UInt8>) throws(SOPSError) -> String? {
    guard let id else { return nil }
    let node = resolved(id)
    if isNull(node) { return nil }
    guard case .scalar = tree[node].kind, let text = tree.string(of: node) else {
      throw failure("this must be a text", id, source)
    }
    return text.isEmpty ? nil : text
  }

  mutating func rule(
    _ id: NodeID, _ source: Span<UInt8>
  ) throws(SOPSError) -> SOPSCreationRules.Rule {
    let fields = try fields(of: id, source)
    let position = tree.position(of: tree[id].contentRange.lowerBound, in: source)
    let (pathPattern, path) = try pathPattern(fields["path_regex"], source)
    var groups: [[Recipient]] = []
    for group in try items(of: fields["key_groups"], source) {
      groups.append(unique(try self.group(group, depth: 0, source)))
    }
    let hasKeyGroups = !groups.isEmpty
    if !hasKeyGroups {
      var group: [Recipient] = []
      let profile = try text(fields["aws_profile"], source) ?? ""
      for (name, backend) in Self.ruleLists {
        group += try recipients(fields[name], backend, profile, source)
      }
      groups = [unique(group)]
    }
    return SOPSCreationRules.Rule(
      pathPattern: pathPattern, path: path, keyGroups: groups, hasKeyGroups: hasKeyGroups,
      shamirThreshold: try threshold(fields["shamir_threshold"], groups.count, source),
      selection: try selection(fields, source),
      isMACOnlyEncrypted: try flag(fields["mac_only_encrypted"], source), position: position)
  }

  /// What a file's path must match.
  func pathPattern(
    _ id: NodeID?, _ source: Span<UInt8>
  ) throws(SOPSError) -> (text: String?, program: RegexProgram?) {
    guard let id, let pattern = try text(id, source) else { return (nil, nil) }
    guard let program = RegexProgram(pattern) else {
      throw SOPSError(
        .malformedRule,
        "path_regex is no regular expression that this program can run (RE2's syntax)",
        at: tree.position(of: tree[id].contentRange.lowerBound, in: source))
    }
    return (pattern, program)
  }

  private func threshold(
    _ id: NodeID?, _ count: Int, _ source: Span<UInt8>
  ) throws(SOPSError) -> Int? {
    guard let id, let text = try text(id, source) else { return nil }
    guard let value = Int(text), value >= 0 else {
      throw failure("the threshold must be a number", id, source)
    }
    if value == 0 { return nil }
    guard count == 1 || (2...count).contains(value) else {
      throw failure(
        "the threshold must be at least 2 and at most the number of key groups", id, source)
    }
    return count == 1 ? nil : value
  }

  func flag(_ id: NodeID?, _ source: Span<UInt8>) throws(SOPSError) -> Bool {
    guard let id, let text = try text(id, source) else { return false }
    switch text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: throw failure("this must be true or false", id, source)
    }
  }

  private func selection(
    _ fields: [String: NodeID], _ source: Span<UInt8>
  ) throws(SOPSError) -> SOPSSelection? {
    var found: SOPSSelection?
    for kind in SOPSSelection.Kind.allCases {
      guard let id = fields[kind.rawValue], let pattern = try text(id, source) else { continue }
      let position = tree.position(of: tree[id].contentRange.lowerBound, in: source)
      if let found {
        throw SOPSError(
          .conflictingRules,
          "both \(found.kind.rawValue) and \(kind.rawValue) say what is encrypted: only one may",
          at: position)
      }
      do { found = try SOPSSelection(kind, pattern) } catch { throw error.at(position) }
    }
    return found
  }

  private mutating func group(
    _ id: NodeID, depth: Int, _ source: Span<UInt8>
  ) throws(SOPSError) -> [Recipient] {
    guard depth <= Self.maximumDepth else {
      throw failure("groups are nested too deep", id, source)
    }
    let fields = try fields(of: id, source)
    var recipients: [Recipient] = []
    for inner in try items(of: fields["merge"], source) {
      recipients += try group(inner, depth: depth + 1, source)
    }
    for (name, backend, parts) in Self.groupLists {
      for item in try items(of: fields[name], source) {
        if parts.isEmpty {
          recipients += try self.recipients(item, backend, "", source)
        } else {
          recipients.append(try entry(item, backend, parts, source))
        }
      }
    }
    return recipients
  }

  /// An entry of a key group that has parts.
  private mutating func entry(
    _ id: NodeID, _ backend: SOPSBackend, _ parts: [String], _ source: Span<UInt8>
  ) throws(SOPSError) -> Recipient {
    let fields = try fields(of: id, source)
    var texts: [String] = []
    for part in parts { if let text = try text(fields[part], source) { texts.append(text) } }
    let separator = backend == .awsKMS ? "+" : "/"
    return try recipient(
      texts.joined(separator: separator), backend, try text(fields["aws_profile"], source) ?? "",
      try context(fields["context"], source), id, source)
  }

  /// AWS's encryption context: a mapping of texts; what is null does not count.
  private func context(
    _ id: NodeID?, _ source: Span<UInt8>
  ) throws(SOPSError) -> [String: String] {
    guard let id, !isNull(resolved(id)) else { return [:] }
    var context: [String: String] = [:]
    for (name, value) in try fields(of: id, source) {
      if isNull(resolved(value)) { continue }
      context[name] = try text(value, source) ?? ""
    }
    return context
  }

  /// A text with commas, or a list of texts.
  private mutating func recipients(
    _ id: NodeID?, _ backend: SOPSBackend, _ profile: String, _ source: Span<UInt8>
  ) throws(SOPSError) -> [Recipient] {
    guard let id else { return [] }
    if case .sequence = tree[resolved(id)].kind {
      var recipients: [Recipient] = []
      for item in tree.items(of: resolved(id)) {
        guard case .scalar = tree[resolved(item)].kind else {
          throw failure("this must be a text", item, source)
        }
        recipients += try self.recipients(item, backend, profile, source)
      }
      return recipients
    }
    guard let text = try text(id, source) else { return [] }
    var recipients: [Recipient] = []
    for part in text.split(separator: ",") {
      let name = String(part).trimmed
      if name.isEmpty { continue }
      recipients.append(try recipient(name, backend, profile, [:], id, source))
    }
    return recipients
  }

  private mutating func recipient(
    _ name: String, _ backend: SOPSBackend, _ profile: String, _ context: [String: String],
    _ id: NodeID, _ source: Span<UInt8>
  ) throws(SOPSError) -> Recipient {
    recipientCount += 1
    guard recipientCount <= Self.maximumRecipientCount else {
      throw failure("there are too many recipients", id, source)
    }
    return Recipient(
      backend: backend, name: name, awsProfile: backend == .awsKMS ? profile : "",
      encryptionContext: backend == .awsKMS ? context : [:],
      position: tree.position(of: tree[id].contentRange.lowerBound, in: source))
  }

  private func unique(_ recipients: [Recipient]) -> [Recipient] {
    var seen: Set<String> = []
    return recipients.filter {
      let context = $0.encryptionContext.sorted { $0.key < $1.key }
      return seen.insert("\($0.backend) \($0.name) \($0.awsProfile) \(context)").inserted
    }
  }
}

extension String {
  /// Without white space at its ends.
  var trimmed: String {
    var rest = Substring(self)
    while let first = rest.unicodeScalars.first, first.properties.isWhitespace {
      rest.unicodeScalars.removeFirst()
    }
    while let last = rest.unicodeScalars.last, last.properties.isWhitespace {
      rest.unicodeScalars.removeLast()
    }
    return String(rest)
  }
}
