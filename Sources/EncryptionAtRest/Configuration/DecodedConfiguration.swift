public import YAMLSource

/// An EncryptionConfiguration as the API server decodes it, with the places in the file.
public struct DecodedConfiguration: Sendable {
  /// A text and its place.
  public struct Text: Sendable {
    /// The text.
    public let value: String
    /// Where it is; where its mapping is when it is left out.
    public let position: SourcePosition
  }

  /// One entry of `resources`.
  public struct Entry: Sendable {
    /// What it covers.
    public var resources: [Text] = []
    /// Its providers.
    public var providers: [Provider] = []
    /// Where it is.
    public let position: SourcePosition
    var resourcesPosition: SourcePosition
    var providersPosition: SourcePosition
  }

  /// One element of `providers`.
  public struct Provider: Sendable {
    /// The keyed providers that stand in it.
    public var keyed: [(kind: StoredValue.Provider, keys: KeyList)] = []
    /// Whether `identity` stands in it.
    public var hasIdentity = false
    /// The KMS plugin in it.
    public var kms: KMS?
    /// Where it is.
    public let position: SourcePosition

    /// The keys of one provider; nil when it is not there.
    public func keys(_ kind: StoredValue.Provider) -> KeyList? {
      keyed.first { $0.kind == kind }?.keys
    }

    /// How many providers stand in it; one in a valid configuration.
    public var count: Int { keyed.count + (hasIdentity ? 1 : 0) + (kms == nil ? 0 : 1) }
  }

  /// `keys`.
  public struct KeyList: Sendable {
    /// The keys in order.
    public var keys: [Key] = []
    /// Where they are.
    public var position: SourcePosition
  }

  /// A key.
  public struct Key: Sendable {
    /// Its name.
    public var name: Text
    /// Its bytes.
    public var secret: Secret
    /// Where they are.
    public var secretPosition: SourcePosition
    /// Whether its Base64 is what an encoder writes (RFC 4648, section 3.5); true without one.
    public var hasUsualForm = true
  }

  /// What stands as a key's secret.
  public enum Secret: Sendable {
    /// Nothing.
    case missing
    /// What is no Base64.
    case notBase64
    /// Bytes; the bytes themselves where there are few enough for a key.
    case bytes(count: Int, KeySecret?)
  }

  /// A KMS plugin, with defaults set.
  public struct KMS: Sendable {
    /// `v1` unless it says otherwise.
    public var apiVersion: Text
    /// Its name.
    public var name: Text
    /// Its socket.
    public var endpoint: Text
    static let defaultTimeout: Int64 = 3_000_000_000
    /// Nanoseconds; 3 seconds unless it says otherwise.
    public var timeout = KMS.defaultTimeout
    var timeoutPosition: SourcePosition
    /// 1000 for v1 unless it says otherwise.
    public var cacheSize: Int32?
    var cacheSizePosition: SourcePosition
  }

  /// The entries in order.
  public var entries: [Entry] = []
  var resourcesPosition: SourcePosition
  /// Whether it is of the old kind `EncryptionConfig`.
  public var isLegacyKind = false
  var kindPosition = SourcePosition.start
  /// Where a second document begins; nil without one.
  var furtherDocument: SourcePosition?
}
