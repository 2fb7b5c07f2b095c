internal import CryptoCore
internal import YAMLSource

extension DecodedConfiguration {
  /// Reads a configuration that the API server takes, with or without the feature gate KMSv1.
  ///
  /// - Throws: `.malformedKeys` with the place and the API server's first objection.
  public static func read(_ text: Span<UInt8>) throws(StorageError) -> DecodedConfiguration {
    var options = ConfigurationVerdict.Options()
    options.allowsKMSv1 = true
    let verdict = ConfigurationVerdict.judge(text, options)
    guard verdict.isAccepted, let configuration = verdict.configuration else {
      let problem = verdict.problems.first
      throw StorageError(
        .malformedKeys,
        (problem?.field.map { "\($0): " } ?? "") + (problem?.message ?? "no configuration"),
        line: problem?.position.line, column: problem?.position.column)
    }
    return configuration
  }
}

extension StorageConfiguration {
  /// Reads a configuration that the API server takes.
  ///
  /// - Throws: `.malformedKeys` with the place.
  public static func read(_ text: Span<UInt8>) throws(StorageError) -> StorageConfiguration {
    var entries: [Entry] = []
    for entry in try DecodedConfiguration.read(text).entries {
      var providers: [Provider] = []
      for provider in entry.providers { providers.append(try self.provider(provider)) }
      entries.append(Entry(resources: entry.resources.map(\.value), providers: providers))
    }
    return StorageConfiguration(entries: entries)
  }

  private static func provider(
    _ provider: DecodedConfiguration.Provider
  ) throws(StorageError) -> Provider {
    if let kms = provider.kms {
      let isDefault = kms.timeout == DecodedConfiguration.KMS.defaultTimeout
      return .kms(
        KMS(
          apiVersion: kms.apiVersion.value, name: kms.name.value, endpoint: kms.endpoint.value,
          timeout: isDefault ? nil : GoText.duration(kms.timeout),
          cacheSize: kms.cacheSize.flatMap { $0 == 1000 ? nil : String($0) }))
    }
    guard let keyed = provider.keyed.first else { return .identity }
    var keys: [Key] = []
    for key in keyed.keys.keys {
      guard case .bytes(_, let secret?) = key.secret else {
        throw StorageError(.cryptoFailure, "no memory for a key")
      }
      keys.append(Key(name: key.name.value, secret: secret))
    }
    return .keyed(keyed.kind, keys)
  }
}

extension ProviderRules {
  /// Reads a configuration that the API server takes.
  ///
  /// - Throws: `.malformedKeys` with the place.
  public static func read(_ text: Span<UInt8>) throws(StorageError) -> ProviderRules {
    var rules: [Rule] = []
    for entry in try DecodedConfiguration.read(text).entries {
      var providers: [StorageProvider] = []
      for provider in entry.providers { providers.append(try self.provider(provider)) }
      rules.append(
        Rule(resources: entry.resources.map { GroupResource($0.value) }, providers: providers))
    }
    return ProviderRules(rules)
  }

  private static func provider(
    _ provider: DecodedConfiguration.Provider
  ) throws(StorageError) -> StorageProvider {
    if let kms = provider.kms {
      let kind: StoredValue.Provider = kms.apiVersion.value == "v1" ? .kmsV1 : .kmsV2
      return StorageProvider(kind: kind, name: kms.name.value)
    }
    guard let keyed = provider.keyed.first else { return StorageProvider(kind: .identity) }
    var keys: [StorageKey] = []
    for key in keyed.keys.keys {
      guard case .bytes(_, let secret?) = key.secret else {
        throw StorageError(.cryptoFailure, "no memory for a key")
      }
      keys.append(try storageKey(key.name.value, secret, keyed.kind))
    }
    return StorageProvider(kind: keyed.kind, keys: keys)
  }

  private static func storageKey(
    _ name: String, _ secret: KeySecret, _ kind: StoredValue.Provider
  ) throws(StorageError) -> StorageKey {
    let result = secret.withBytes { bytes -> Result<StorageKey, StorageError> in
      do throws(StorageError) {
        return .success(try StorageKey(name: name, bytes: bytes, for: kind))
      } catch { return .failure(error) }
    }
    return try result.get()
  }
}
