internal import CryptoCore
internal import YAMLSource

extension StorageConfiguration {
  /// Reads an EncryptionConfiguration that the API server accepts; `at-rest check` judges it.
  ///
  /// - Throws: `.malformedKeys` with the place.
  public static func read(_ text: Span<UInt8>) throws(StorageError) -> StorageConfiguration {
    let fields = try YAMLFields(text)
    let root = try fields.root()
    let kind = try fields.string(fields.value("kind", of: root))
    guard kind == "EncryptionConfiguration" || kind == "EncryptionConfig" else {
      throw fields.error("not an EncryptionConfiguration", at: root)
    }
    var entries: [Entry] = []
    for item in try fields.items(of: fields.value("resources", of: root)) {
      var resources: [String] = []
      for resource in try fields.items(of: fields.value("resources", of: item)) {
        resources.append(try fields.string(resource))
      }
      var providers: [Provider] = []
      for provider in try fields.items(of: fields.value("providers", of: item)) {
        providers.append(try self.provider(provider, fields))
      }
      guard !resources.isEmpty, !providers.isEmpty else {
        throw fields.error("an entry without resources or providers", at: item)
      }
      entries.append(Entry(resources: resources, providers: providers))
    }
    guard !entries.isEmpty else { throw fields.error("a configuration without entries", at: root) }
    return StorageConfiguration(entries: entries)
  }

  private static func provider(
    _ item: NodeID, _ fields: borrowing YAMLFields
  ) throws(StorageError) -> Provider {
    let pairs = try fields.pairs(of: item)
    guard pairs.count == 1, let pair = pairs.first else {
      throw fields.error("a provider is one of aescbc, aesgcm, secretbox, kms, identity", at: item)
    }
    switch pair.key {
    case "identity": return .identity
    case "kms":
      func text(_ name: StaticString) throws(StorageError) -> String? {
        guard let value = fields.value(name, of: pair.value) else { return nil }
        return try fields.string(value)
      }
      return .kms(
        KMS(
          apiVersion: try text("apiVersion") ?? "v1", name: try text("name") ?? "",
          endpoint: try text("endpoint") ?? "", timeout: try text("timeout"),
          cacheSize: try text("cachesize")))
    default:
      guard let kind = StoredValue.Provider(rawValue: pair.key),
        [.aescbc, .aesgcm, .secretbox].contains(kind)
      else {
        throw fields.error(
          "a provider is one of aescbc, aesgcm, secretbox, kms, identity", at: item)
      }
      return .keyed(kind, try keys(of: pair.value, fields))
    }
  }

  private static func keys(
    of node: NodeID, _ fields: borrowing YAMLFields
  ) throws(StorageError) -> [Key] {
    var keys: [Key] = []
    for item in try fields.items(of: fields.value("keys", of: node)) {
      let name = try fields.string(fields.value("name", of: item))
      let decoded = try fields.secret(fields.value("secret", of: item), encoding: .base64)
      let bytes = decoded.bytes
      guard [16, 24, 32].contains(bytes.count) else {
        throw fields.error("a key of \(bytes.count) bytes", at: item)
      }
      do {
        keys.append(Key(name: name, secret: KeySecret(try SecretBytes(copying: bytes))))
      } catch { throw StorageError(.cryptoFailure, "no memory for a key") }
    }
    guard !keys.isEmpty else { throw fields.error("a provider without keys", at: node) }
    return keys
  }
}
