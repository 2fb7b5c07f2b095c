public import EncryptionAtRest

/// What a snapshot holds.
public struct CensusReport: Sendable {
  /// Objects of one kind, in one namespace, written by one key.
  public struct Group: Sendable {
    /// For instance `secrets`, or `pandas.awesome.bears.example`.
    public let resource: String
    /// Whether a configuration could cover it.
    public let isResource: Bool
    /// The namespace; empty for none.
    public let namespace: String
    /// Who wrote them.
    public let provider: StoredValue.Provider
    /// The prefix exactly as stored; empty for plaintext.
    public let prefix: String
    /// The name in the prefix.
    public let keyName: String
    /// The key_id of a KMS v2.
    public let keyID: String?
    /// Live objects by verdict.
    public internal(set) var live = VerdictCounts()
    /// Bytes of the live objects' values.
    public internal(set) var liveByteCount = 0
    /// Older revisions that are still in the file.
    public internal(set) var supersededCount = 0

    /// How many are live.
    public var liveCount: Int { live.total }
  }

  /// A key of a KMS as its plugin names it.
  public struct KMSKey: Sendable {
    /// The plugin's name.
    public let name: String
    /// The plugin's name for its key.
    public let keyID: String
    /// What stands beside it in clear, as `NAME=VALUE`; values that are no text in hexadecimal.
    public internal(set) var annotations: [String]
    /// Whether the newest value of this plugin has it.
    public internal(set) var isCurrent: Bool
  }

  /// What was readable in free pages and unused space.
  public struct Remnants: Sendable {
    /// Plaintext objects by kind, each key once; a revision may still have the same.
    public internal(set) var plaintextByResource: [String: Int] = [:]
    /// Plaintext pieces without their key, by the kind that they name.
    public internal(set) var piecesByKind: [String: Int] = [:]
    /// Encrypted objects, by kind: they open with the keys of their time.
    public internal(set) var encryptedByResource: [String: Int] = [:]
    /// Keys of plaintext Secrets, as many as are kept.
    public internal(set) var names: [String] = []
  }

  /// How the SHA-256 behind the database was.
  public enum Digest: String, Sendable {
    /// As computed.
    case verified
    /// There is none: a copy of `member/snap/db`.
    case absent
    /// Not looked at.
    case skipped
  }

  /// The length of the file, in bytes.
  public internal(set) var byteCount = 0
  /// The length of a page, in bytes.
  public internal(set) var pageSize = 0
  /// The number of pages.
  public internal(set) var pageCount = 0
  /// How many hold something.
  public internal(set) var usedPageCount = 0
  /// How the digest was.
  public internal(set) var digest = Digest.absent
  /// What is wrong with the meta page that does not count.
  public internal(set) var metaProblem: String?
  /// The newest revision.
  public internal(set) var revision: UInt64 = 0
  /// The oldest revision in the file.
  public internal(set) var oldestRevision: UInt64 = 0
  /// What etcd was last compacted to.
  public internal(set) var compactedRevision: UInt64?
  /// etcd's version of the storage format, such as 3.6.0; nil before 3.6.
  public internal(set) var storageVersion: String?
  /// The index of the last change that was applied.
  public internal(set) var consistentIndex: UInt64?
  /// How many keys each bucket has.
  public internal(set) var buckets: [(name: String, keyCount: Int)] = []
  /// Keys that are not deleted.
  public internal(set) var liveCount = 0
  /// Older revisions still in the file, tombstones left out.
  public internal(set) var supersededCount = 0
  /// Revisions that delete a key.
  public internal(set) var tombstoneCount = 0
  /// Those by kind of object.
  public internal(set) var tombstonesByResource: [String: Int] = [:]
  /// What is stored, sorted by resource, namespace and prefix.
  public internal(set) var groups: [Group] = []
  /// The keys of KMS plugins.
  public internal(set) var kmsKeys: [KMSKey] = []
  /// Live objects that somebody should look at, by verdict; as many names as are kept.
  public internal(set) var names: [Verdict: [String]] = [:]
  /// Keys of live plaintext Secrets; as many as are kept.
  public internal(set) var plaintextSecrets: [String] = []
  /// What was found outside the pages in use.
  public internal(set) var remnants = Remnants()

  /// How many names are kept of each kind: the others are counted.
  public static let maximumNames = 1000

  /// How many live objects of a kind are in plaintext.
  public func plaintextCount(of resource: String) -> Int {
    groups.reduce(0) { sum, group in
      group.resource == resource && group.provider == .identity ? sum + group.liveCount : sum
    }
  }

  /// How many live objects have a verdict.
  public func count(_ verdict: Verdict) -> Int {
    groups.reduce(0) { $0 + $1.live[verdict] }
  }
}
