/// What writes and what reads one kind of object under a configuration.
public struct EffectiveProviders: Sendable {
  /// The kind of object.
  public let resource: GroupResource
  /// What writes: the first key of the first provider.
  public let writer: StorageReader
  /// All that can be read, the writer included, in the order in which they are tried.
  public let readers: [StorageReader]
  /// Whether an entry covers it; without one it is plaintext.
  public let isCovered: Bool

  /// Looks a kind of object up as the API server does.
  public init(_ resource: GroupResource, in configuration: DecodedConfiguration) {
    self.resource = resource
    let plaintext = StorageReader(provider: .identity, name: "")
    let providers = configuration.providers(for: resource)
    isCovered = providers != nil
    let readers = (providers ?? []).flatMap(Self.readers)
    self.readers = readers.isEmpty ? [plaintext] : readers
    writer = readers.first ?? plaintext
  }

  private static func readers(of provider: DecodedConfiguration.Provider) -> [StorageReader] {
    if let kms = provider.kms {
      let kind: StoredValue.Provider = kms.apiVersion.value == "v1" ? .kmsV1 : .kmsV2
      return [StorageReader(provider: kind, name: kms.name.value)]
    }
    if let keyed = provider.keyed.first {
      return keyed.keys.keys.map { StorageReader(provider: keyed.kind, name: $0.name.value) }
    }
    return provider.hasIdentity ? [StorageReader(provider: .identity, name: "")] : []
  }
}
