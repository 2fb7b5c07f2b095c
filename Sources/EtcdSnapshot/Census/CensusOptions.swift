public import EncryptionAtRest

/// What a census is to look at.
public struct CensusOptions: Sendable {
  /// What the API server's keys begin with (`--etcd-prefix`), without a slash at the end.
  public var etcdPrefix = "/registry"
  /// The configuration to prove against; nil to look at prefixes only.
  public var rules: ProviderRules?
  /// What stands in for KMS plugins.
  public var kms: KMSKeys?
  /// Which revisions are handed over one by one.
  public var listing = Listing.none
  /// Whether those come with the SHA-256 of what is stored and of its plaintext.
  public var wantsDigests = false
  /// Only these keys are handed over, with their plaintext; nil for all, without it.
  public var keys: Set<[UInt8]>?
  /// Whether the SHA-256 behind the database is compared.
  public var checksDigest = true

  /// Which revisions are handed over one by one.
  public enum Listing: Sendable {
    case none
    /// The newest revision of every key that is not deleted.
    case live
    /// All that are in the file.
    case all
  }

  /// The usual ones.
  public init() {}
}
