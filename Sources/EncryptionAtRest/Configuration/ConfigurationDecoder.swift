internal import ControlPlane
internal import CryptoCore
internal import YAMLSource

/// Decodes a configuration as the API server does: case counts, and unknown and repeated fields are
/// errors (k8s.io/apimachinery's strict JSON and YAML serializer).
struct ConfigurationDecoder: ~Copyable {
  private var tree: ConfigurationTree
  /// What is wrong without keeping the rest from being read.
  private(set) var strictProblems: [ConfigurationProblem] = []

  init(_ tree: consuming ConfigurationTree) { self.tree = tree }

  /// - Throws: What keeps it from being decoded.
  mutating func decode() throws(ConfigurationProblem) -> DecodedConfiguration {
    guard let root = tree.root else { throw missing("kind") }
    let top = try tree.resolved(root)
    switch try tree.kind(of: top) {
    case .mapping: break
    case .null: throw missing("kind")
    case let kind:
      throw ConfigurationProblem(
        .decode, "the configuration is of the kind \(kind.name), not a mapping",
        upstream: "couldn't get version/kind; json parse error: json: cannot unmarshal "
          + "\(kind.name) into Go value of type struct { APIVersion string "
          + #""json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#,
        at: tree.position(of: top))
    }
    let fields = try self.fields(of: top, at: "", ["apiVersion", "kind", "resources"])
    try checkType(fields, top)
    var result = DecodedConfiguration(resourcesPosition: tree.position(of: top))
    if let kind = fields["kind"] {
      result.isLegacyKind = tree.string(of: kind) == "EncryptionConfig"
      result.kindPosition = tree.position(of: kind)
    }
    if let list = fields["resources"] {
      result.resourcesPosition = tree.position(of: list)
      for (index, item) in try items(of: list, "resources").enumerated() {
        result.entries.append(try entry(item, "resources[\(index)]"))
      }
    }
    return result
  }

  private func missing(_ name: String) -> ConfigurationProblem {
    ConfigurationProblem(
      .decode,
      "it has no \(name): an EncryptionConfiguration of apiserver.config.k8s.io/v1 is wanted",
      upstream: "Object '\(name == "kind" ? "Kind" : name)' is missing in '{REDACTED}'", at: .start)
  }

  private mutating func checkType(
    _ fields: [String: NodeID], _ top: NodeID
  ) throws(ConfigurationProblem) {
    let version = try text(fields["apiVersion"], "apiVersion") ?? ""
    let kind = try text(fields["kind"], "kind") ?? ""
    let position = fields["kind"] ?? fields["apiVersion"] ?? top
    let parts = version.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2 else {
      throw ConfigurationProblem(
        .decode, "apiVersion is GROUP/VERSION, with one '/'",
        upstream: "unexpected GroupVersion string: \(version)", at: tree.position(of: position))
    }
    guard !kind.isEmpty else { throw missing("kind") }
    guard parts.last?.isEmpty == false else { throw missing("apiVersion") }
    let group = parts.count == 2 ? String(parts[0]) : ""
    switch (group, parts.last, kind) {
    case ("apiserver.config.k8s.io", "v1", "EncryptionConfiguration"),
      ("", "v1", "EncryptionConfig"):
      return
    case ("apiserver.config.k8s.io", "v1", _) where Self.siblings.contains(kind):
      throw ConfigurationProblem(
        .type, "it is another configuration of the API server: \(Self.shown(kind))",
        upstream: "got unexpected config type: \(version), Kind=\(kind)",
        at: tree.position(of: position))
    default:
      throw ConfigurationProblem(
        .decode,
        "it is no EncryptionConfiguration of apiserver.config.k8s.io/v1 but \(Self.shown(kind)) of "
          + Self.shown(version),
        upstream: "no kind \(GoText.quoted(kind)) is registered for "
          + (parts.last == "__internal"
            ? "the internal version of group \(GoText.quoted(group))"
            : "version \(GoText.quoted(version))")
          + " in scheme \"pkg/server/options/encryptionconfig/config.go:142\"",
        at: tree.position(of: position))
    }
  }

  private static func shown(_ text: String) -> String {
    "'" + String(text.unicodeScalars.prefix(60).map(Character.init)) + "'"
  }

  private static let siblings: Set<String> = [
    "AdmissionConfiguration", "AuthenticationConfiguration", "AuthorizationConfiguration",
    "TracingConfiguration", "EgressSelectorConfiguration",
  ]

  // MARK: Parts

  private mutating func entry(
    _ id: NodeID, _ path: String
  ) throws(ConfigurationProblem) -> DecodedConfiguration.Entry {
    let position = tree.position(of: id)
    var entry = DecodedConfiguration.Entry(
      position: position, resourcesPosition: position, providersPosition: position)
    guard let fields = try object(id, path, ["resources", "providers"]) else { return entry }
    if let list = fields["resources"] {
      entry.resourcesPosition = tree.position(of: list)
      for (index, item) in try items(of: list, "\(path).resources").enumerated() {
        let text = try text(item, "\(path).resources[\(index)]") ?? ""
        entry.resources.append(.init(value: text, position: tree.position(of: item)))
      }
    }
    if let list = fields["providers"] {
      entry.providersPosition = tree.position(of: list)
      for (index, item) in try items(of: list, "\(path).providers").enumerated() {
        entry.providers.append(try provider(item, "\(path).providers[\(index)]"))
      }
    }
    return entry
  }

  private mutating func provider(
    _ id: NodeID, _ path: String
  ) throws(ConfigurationProblem) -> DecodedConfiguration.Provider {
    var provider = DecodedConfiguration.Provider(position: tree.position(of: id))
    let names = ["aesgcm", "aescbc", "secretbox", "identity", "kms"]
    guard let fields = try object(id, path, names) else { return provider }
    for kind in [StoredValue.Provider.aesgcm, .aescbc, .secretbox] {
      guard let value = fields[kind.rawValue] else { continue }
      let inner = "\(path).\(kind.rawValue)"
      guard let keyed = try object(value, inner, ["keys"]) else { continue }
      var list = DecodedConfiguration.KeyList(position: tree.position(of: value))
      if let keys = keyed["keys"] {
        list.position = tree.position(of: keys)
        for (index, item) in try items(of: keys, "\(inner).keys").enumerated() {
          list.keys.append(try key(item, "\(inner).keys[\(index)]"))
        }
      }
      provider.keyed.append((kind, list))
    }
    if let value = fields["identity"] {
      provider.hasIdentity = try object(value, "\(path).identity", []) != nil
    }
    if let value = fields["kms"] { provider.kms = try kms(value, "\(path).kms") }
    return provider
  }

  private mutating func key(
    _ id: NodeID, _ path: String
  ) throws(ConfigurationProblem) -> DecodedConfiguration.Key {
    let position = tree.position(of: id)
    var key = DecodedConfiguration.Key(
      name: .init(value: "", position: position), secret: .missing, secretPosition: position)
    guard let fields = try object(id, path, ["name", "secret"]) else { return key }
    key.name = try place(fields["name"], "\(path).name", position)
    if let value = fields["secret"] {
      key.secretPosition = tree.position(of: value)
      if try isText(value, "\(path).secret") {
        key.secret = try secret(value)
        key.hasUsualForm = try tree.withBytes(of: value) { bytes throws(ConfigurationProblem) in
          var decoded = WipedBuffer()
          return (try? Base64.decode(bytes, appendingTo: &decoded)) != nil
        }
      }
    }
    return key
  }

  private func secret(_ id: NodeID) throws(ConfigurationProblem) -> DecodedConfiguration.Secret {
    try tree.withBytes(of: id) { bytes throws(ConfigurationProblem) in
      guard !bytes.isEmpty else { return .missing }
      var decoded = WipedBuffer()
      guard GoBase64.decode(bytes, appendingTo: &decoded) else { return .notBase64 }
      let count = decoded.count
      guard (1...64).contains(count) else { return .bytes(count: count, nil) }
      let plain = decoded.bytes
      do { return .bytes(count: count, KeySecret(try SecretBytes(copying: plain))) } catch {
        return .bytes(count: count, nil)
      }
    }
  }

  private mutating func kms(
    _ id: NodeID, _ path: String
  ) throws(ConfigurationProblem) -> DecodedConfiguration.KMS? {
    let names = ["apiVersion", "name", "cachesize", "endpoint", "timeout"]
    guard let fields = try object(id, path, names) else { return nil }
    let position = tree.position(of: id)
    var kms = DecodedConfiguration.KMS(
      apiVersion: try place(fields["apiVersion"], "\(path).apiVersion", position),
      name: try place(fields["name"], "\(path).name", position),
      endpoint: try place(fields["endpoint"], "\(path).endpoint", position),
      timeoutPosition: position, cacheSizePosition: position)
    if kms.apiVersion.value.isEmpty {
      kms.apiVersion = .init(value: "v1", position: kms.apiVersion.position)
    }
    if let value = fields["cachesize"] {
      kms.cacheSizePosition = tree.position(of: value)
      kms.cacheSize = try integer(value, "\(path).cachesize")
    }
    if kms.cacheSize == nil, kms.apiVersion.value == "v1" { kms.cacheSize = 1000 }
    if let value = fields["timeout"] {
      kms.timeoutPosition = tree.position(of: value)
      if let text = try text(value, "\(path).timeout") {
        guard let timeout = GoDuration.nanoseconds(text) else {
          throw ConfigurationProblem(
            .decode, "\(path).timeout is no duration: a number with a unit, such as 3s",
            upstream: GoDuration.message(text), at: tree.position(of: value))
        }
        kms.timeout = timeout
      }
    }
    return kms
  }

  // MARK: Values

  /// The fields of a mapping, or nil for null.
  private mutating func object(
    _ id: NodeID, _ path: String, _ known: [String]
  ) throws(ConfigurationProblem) -> [String: NodeID]? {
    switch try tree.kind(of: id) {
    case .null: return nil
    case .mapping: return try fields(of: id, at: path, known)
    case let kind: throw wrong(kind, "a mapping", path, id)
    }
  }

  private mutating func fields(
    of id: NodeID, at path: String, _ known: [String]
  ) throws(ConfigurationProblem) -> [String: NodeID] {
    var duplicates: [NodeID] = []
    let pairs = try tree.pairs(of: id, duplicates: &duplicates)
    for key in duplicates {
      let name = tree.string(of: key)
      let position = tree.position(of: key)
      strictProblems.append(
        ConfigurationProblem(
          .decode, "the field \(Self.shown(name)) stands twice",
          upstream: tree.isJSON
            ? "duplicate field \(GoText.quoted(name))"
            : "yaml: unmarshal errors:\n  line \(position.line): key \(GoText.quoted(name)) already "
              + "set in map", at: position))
    }
    var fields: [String: NodeID] = [:]
    for pair in pairs {
      guard known.contains(pair.key) else {
        strictProblems.append(unknown(pair, path, known))
        continue
      }
      fields[pair.key] = pair.value
    }
    return fields
  }

  private func unknown(
    _ pair: ConfigurationTree.Pair, _ path: String, _ known: [String]
  ) -> ConfigurationProblem {
    let name = tree.string(of: pair.keyNode)
    let meant = known.first { $0.lowercased() == name.lowercased() }
    let full = path.isEmpty ? name : "\(path).\(name)"
    return ConfigurationProblem(
      .decode,
      "there is no field \(Self.shown(name)) here"
        + (meant.map { ": it is spelt '\($0)'" } ?? "; there is \(known.joined(separator: ", "))"),
      upstream: "unknown field \"\(full)\"", at: tree.position(of: pair.keyNode))
  }

  private mutating func items(
    of id: NodeID, _ path: String
  ) throws(ConfigurationProblem) -> [NodeID] {
    switch try tree.kind(of: id) {
    case .null: return []
    case .sequence: return try tree.items(of: id)
    case let kind: throw wrong(kind, "a list", path, id)
    }
  }

  private func isText(_ id: NodeID, _ path: String) throws(ConfigurationProblem) -> Bool {
    switch try tree.kind(of: id) {
    case .null: return false
    case .string: return true
    case let kind: throw wrong(kind, "a text: put it in quotes", path, id)
    }
  }

  private func text(_ id: NodeID?, _ path: String) throws(ConfigurationProblem) -> String? {
    guard let id, try isText(id, path) else { return nil }
    return tree.string(of: id)
  }

  private func place(
    _ id: NodeID?, _ path: String, _ fallback: SourcePosition
  ) throws(ConfigurationProblem) -> DecodedConfiguration.Text {
    DecodedConfiguration.Text(
      value: try text(id, path) ?? "", position: id.map { tree.position(of: $0) } ?? fallback)
  }

  private func integer(_ id: NodeID, _ path: String) throws(ConfigurationProblem) -> Int32? {
    switch try tree.kind(of: id) {
    case .null: return nil
    case .number(let value):
      guard let value, let small = Int32(exactly: value) else {
        throw wrong(.number(value), "a whole number of 32 bits", path, id)
      }
      return small
    case let kind: throw wrong(kind, "a whole number of 32 bits", path, id)
    }
  }

  private func wrong(
    _ kind: ConfigurationTree.Kind, _ wanted: String, _ path: String, _ id: NodeID
  ) -> ConfigurationProblem {
    ConfigurationProblem(
      .decode, "\(path) is of the kind \(kind.name), where \(wanted) is wanted",
      upstream: (path == "apiVersion" || path == "kind"
        ? "couldn't get version/kind; json parse error: " : "")
        + "json: cannot unmarshal \(kind.name)\(number(kind, path, id)) into "
        + GoField.description(of: path), at: tree.position(of: id))
  }

  /// A number is quoted where another one is wanted.
  private func number(_ kind: ConfigurationTree.Kind, _ path: String, _ id: NodeID) -> String {
    guard case .number = kind, path.hasSuffix("cachesize") else { return "" }
    return " " + tree.string(of: id)
  }
}
