public import CryptoCore

/// An EncryptionConfiguration as a plan changes it: everything that it says, with its keys.
public struct StorageConfiguration: Sendable, Equatable {
  /// One entry of `resources`.
  public struct Entry: Sendable, Equatable {
    /// What it covers, as written: `secrets`, `*.apps`, ...
    public var resources: [String]
    /// Its providers; the first writes, all read.
    public var providers: [Provider]

    /// Makes one.
    public init(resources: [String], providers: [Provider]) {
      self.resources = resources
      self.providers = providers
    }
  }

  /// A provider.
  public enum Provider: Sendable, Equatable {
    /// Plaintext.
    case identity
    /// `aescbc`, `aesgcm` or `secretbox` with keys, of which the first writes.
    case keyed(StoredValue.Provider, [Key])
    /// A KMS plugin.
    case kms(KMS)
  }

  /// A named key.
  public struct Key: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its bytes.
    public let secret: KeySecret

    /// Makes one.
    public init(name: String, secret: KeySecret) {
      self.name = name
      self.secret = secret
    }
  }

  /// How a KMS plugin is reached.
  public struct KMS: Sendable, Equatable {
    /// `v1` or `v2`.
    public let apiVersion: String
    /// The plugin's name, which stands in what it wrote.
    public let name: String
    /// Its socket, `unix:///...`.
    public let endpoint: String
    /// As written, for instance `3s`; nil for the API server's default.
    public let timeout: String?
    /// As written, for v1; nil for the default.
    public let cacheSize: String?

    /// Makes one.
    public init(
      apiVersion: String = "v2", name: String, endpoint: String, timeout: String? = nil,
      cacheSize: String? = nil
    ) {
      self.apiVersion = apiVersion
      self.name = name
      self.endpoint = endpoint
      self.timeout = timeout
      self.cacheSize = cacheSize
    }
  }

  /// The entries in order.
  public var entries: [Entry]

  /// Makes one.
  public init(entries: [Entry]) { self.entries = entries }

  /// The providers for a kind of object, in order; nil where no entry covers it.
  ///
  /// As in the API server: entries for the same resource add up, the exact resource goes before
  /// `*.GROUP`, and that before `*.*`.
  public func providers(for resource: GroupResource) -> [Provider]? {
    for pattern in [resource, GroupResource(resource: "*", group: resource.group), .all] {
      let matching = entries.filter { entry in
        entry.resources.contains { GroupResource($0) == pattern }
      }
      if !matching.isEmpty { return matching.flatMap(\.providers) }
    }
    return nil
  }

  /// The names of all keys and plugins.
  var names: Set<String> {
    var names: Set<String> = []
    for provider in entries.flatMap(\.providers) {
      switch provider {
      case .identity: continue
      case .keyed(_, let keys): names.formUnion(keys.map(\.name))
      case .kms(let kms): names.insert(kms.name)
      }
    }
    return names
  }
}

/// The bytes of a key, shared by the configurations that have it; `==` takes constant time.
public final class KeySecret: Sendable, Equatable {
  package let bytes: SecretBytes

  /// Takes secret bytes over.
  public init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

  /// A new random key of 32 bytes.
  ///
  /// - Throws: `.cryptoFailure` when no secret memory is to be had.
  public static func random() throws(StorageError) -> KeySecret {
    do { return KeySecret(try SecretBytes.random(count: 32)) } catch {
      throw StorageError(.cryptoFailure, "no memory for a key")
    }
  }

  public static func == (left: KeySecret, right: KeySecret) -> Bool {
    left.bytes.isEqual(to: right.bytes)
  }
}
