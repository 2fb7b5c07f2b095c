internal import Findings
internal import YAMLSource

extension FileScanner {
  /// Looks for credentials in what is no Secret: kubeconfigs, EncryptionConfigurations, generators.
  mutating func scanConfiguration(
    _ fields: Fields, _ header: ObjectKind, _ tree: SourceTree, _ bytes: Span<UInt8>,
    _ place: Placement, _ seen: inout Set<NodeID>
  ) {
    switch header.kind {
    case "EncryptionConfiguration", "EncryptionConfig":
      scanEncryptionConfiguration(fields, tree, bytes, place, &seen)
    case "ExecCredential":
      if let status = fields["status"] { scanCredential(of: status, tree, bytes, place) }
    default: break
    }
    if let users = fields["users"], seen.insert(users).inserted,
      header.kind == "Config" || fields["clusters"] != nil || fields["contexts"] != nil
        || fields["current-context"] != nil
    {
      for item in tree.items(of: users) {
        guard let user = Fields(of: item, in: tree)["user"] else { continue }
        scanCredential(of: user, tree, bytes, place)
      }
    }
    if let generators = fields["secretGenerator"], seen.insert(generators).inserted {
      for item in tree.items(of: generators) { scanGenerator(item, tree, bytes, place) }
    }
  }

  /// `resources[].providers[].aescbc.keys[].secret` and its like; Go reads names in any case.
  private mutating func scanEncryptionConfiguration(
    _ fields: Fields, _ tree: SourceTree, _ bytes: Span<UInt8>, _ place: Placement,
    _ seen: inout Set<NodeID>
  ) {
    func children(_ node: NodeID, _ names: [String]) -> [NodeID] {
      Fields(of: node, in: tree).pairs.filter { pair in
        names.contains(tree.string(of: pair.key)?.lowercased() ?? "")
      }.map(\.value)
    }
    let entries = fields.pairs.filter { tree.string(of: $0.key)?.lowercased() == "resources" }
    for entry in entries.flatMap({ tree.items(of: $0.value) }) {
      for provider in children(tree.resolved(entry), ["providers"]).flatMap({ tree.items(of: $0) })
      {
        let keys = children(tree.resolved(provider), ["aescbc", "aesgcm", "secretbox"])
          .flatMap { children($0, ["keys"]) }.flatMap { tree.items(of: $0) }
        guard seen.insert(provider).inserted else { continue }
        for secret in keys.flatMap({ children(tree.resolved($0), ["secret"]) }) {
          guard case .plaintext = tree.entryValue(secret, in: bytes, isText: true) else { continue }
          add(
            ScanRules.encryptionKeys, "a key of an EncryptionConfiguration",
            place.place(tree.position(of: tree[secret].range.lowerBound, in: bytes)))
        }
      }
    }
  }

  /// A user of a kubeconfig, or the status of an ExecCredential.
  private mutating func scanCredential(
    of user: NodeID, _ tree: SourceTree, _ bytes: Span<UInt8>, _ place: Placement
  ) {
    let names = [
      "client-key-data", "clientKeyData", "token", "password", "access-token", "refresh-token",
      "id-token", "client-secret",
    ]
    for pair in Fields(of: user, in: tree).pairs {
      let name = tree.shownKey(pair.key)
      if name == "auth-provider" {
        if let settings = Fields(of: pair.value, in: tree)["config"] {
          scanCredential(of: settings, tree, bytes, place)
        }
        continue
      }
      guard names.contains(name),
        case .plaintext = tree.entryValue(pair.value, in: bytes, isText: true)
      else { continue }
      add(
        ScanRules.kubeconfig, "\(name) of a user",
        place.place(tree.position(of: tree[pair.value].range.lowerBound, in: bytes)))
    }
  }

  /// `literals` of kustomize's secretGenerator: `password=value`.
  private mutating func scanGenerator(
    _ generator: NodeID, _ tree: SourceTree, _ bytes: Span<UInt8>, _ place: Placement
  ) {
    guard let literals = Fields(of: generator, in: tree)["literals"] else { return }
    for literal in tree.items(of: literals) {
      let node = tree.resolved(literal)
      let isPlaintext = tree.withValue(of: node) { text in
        for index in text.indices where text[index] == UInt8(ascii: "=") {
          if case .plaintext = EntryValue(text.extracting((index + 1)...)) { return true }
          return false
        }
        return false
      }
      guard isPlaintext else { continue }
      add(
        ScanRules.embeddedSecret, "a literal of secretGenerator is in plaintext",
        place.place(tree.position(of: tree[literal].range.lowerBound, in: bytes)))
    }
  }
}
