/// A provider of an EncryptionConfiguration with its keys.
public struct StorageProvider: Sendable {
  /// Which provider it is.
  public let kind: StoredValue.Provider
  /// The plugin's name; empty for what is no KMS.
  public let name: String
  /// Its keys, the one that writes first; none for a KMS and `identity`.
  public let keys: [StorageKey]

  /// Makes one.
  public init(kind: StoredValue.Provider, name: String = "", keys: [StorageKey] = []) {
    self.kind = kind
    self.name = name
    self.keys = keys
  }
}

/// Who encrypts what: the effective part of an EncryptionConfiguration.
public struct ProviderRules: Sendable {
  /// One entry of `resources`.
  public struct Rule: Sendable {
    /// The kinds of object; `*` is a wildcard.
    public let resources: [GroupResource]
    /// The providers; the first writes, all read.
    public let providers: [StorageProvider]

    /// Makes one.
    public init(resources: [GroupResource], providers: [StorageProvider]) {
      self.resources = resources
      self.providers = providers
    }
  }

  /// The entries in order.
  public let rules: [Rule]

  /// Makes one.
  public init(_ rules: [Rule]) { self.rules = rules }

  /// The providers for a kind of object, in order; nil where no entry covers it.
  ///
  /// As in the API server: entries for the same resource add up, the exact resource goes before
  /// `*.GROUP`, and that before `*.*`.
  public func providers(for resource: GroupResource) -> [StorageProvider]? {
    for pattern in [resource, GroupResource(resource: "*", group: resource.group), .all] {
      let matching = rules.filter { $0.resources.contains(pattern) }
      if !matching.isEmpty { return matching.flatMap(\.providers) }
    }
    return nil
  }

  /// All providers of all entries: for what lies in etcd against the rules.
  public var everyProvider: [StorageProvider] { rules.flatMap(\.providers) }
}
