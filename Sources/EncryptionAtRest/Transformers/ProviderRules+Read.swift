internal import CryptoCore
internal import YAMLSource

extension ProviderRules {
  /// Reads the providers and keys of an EncryptionConfiguration that the API server accepts.
  ///
  /// It takes the file at its word: `sealwax at-rest check` judges it.
  ///
  /// - Throws: `.malformedKeys` with the place.
  public static func read(_ text: Span<UInt8>) throws(StorageError) -> ProviderRules {
    let fields = try YAMLFields(text)
    let root = try fields.root()
    let kind = try fields.string(fields.value("kind", of: root))
    guard kind == "EncryptionConfiguration" || kind == "EncryptionConfig" else {
      throw fields.error("not an EncryptionConfiguration", at: root)
    }
    var rules: [Rule] = []
    for entry in try fields.items(of: fields.value("resources", of: root)) {
      var resources: [GroupResource] = []
      for resource in try fields.items(of: fields.value("resources", of: entry)) {
        resources.append(GroupResource(try fields.string(resource)))
      }
      var providers: [StorageProvider] = []
      for item in try fields.items(of: fields.value("providers", of: entry)) {
        providers.append(try provider(item, fields))
      }
      guard !resources.isEmpty, !providers.isEmpty else {
        throw fields.error("an entry without resources or providers", at: entry)
      }
      rules.append(Rule(resources: resources, providers: providers))
    }
    guard !rules.isEmpty else { throw fields.error("a configuration without entries", at: root) }
    return ProviderRules(rules)
  }

  private static func provider(
    _ item: NodeID, _ fields: borrowing YAMLFields
  ) throws(StorageError) -> StorageProvider {
    let pairs = try fields.pairs(of: item)
    guard pairs.count == 1, let pair = pairs.first else {
      throw fields.error("a provider is one of aescbc, aesgcm, secretbox, kms, identity", at: item)
    }
    switch pair.key {
    case "identity": return StorageProvider(kind: .identity)
    case "kms":
      let version = try fields.string(fields.value("apiVersion", of: pair.value))
      let name = try fields.string(fields.value("name", of: pair.value))
      return StorageProvider(kind: version == "v2" ? .kmsV2 : .kmsV1, name: name)
    case "aescbc": return try keyed(.aescbc, pair.value, fields)
    case "aesgcm": return try keyed(.aesgcm, pair.value, fields)
    case "secretbox": return try keyed(.secretbox, pair.value, fields)
    default:
      throw fields.error("a provider is one of aescbc, aesgcm, secretbox, kms, identity", at: item)
    }
  }

  private static func keyed(
    _ kind: StoredValue.Provider, _ node: NodeID, _ fields: borrowing YAMLFields
  ) throws(StorageError) -> StorageProvider {
    var keys: [StorageKey] = []
    for item in try fields.items(of: fields.value("keys", of: node)) {
      let name = try fields.string(fields.value("name", of: item))
      let secret = try fields.secret(fields.value("secret", of: item), encoding: .base64)
      let bytes = secret.bytes
      do throws(StorageError) {
        keys.append(try StorageKey(name: name, bytes: bytes, for: kind))
      } catch { throw fields.error(error.message, at: item) }
    }
    guard !keys.isEmpty else { throw fields.error("a provider without keys", at: node) }
    return StorageProvider(kind: kind, keys: keys)
  }
}
