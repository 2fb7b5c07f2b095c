public import CryptoCore
public import EncryptionAtRest

/// A revision of an object as it lies in etcd.
public struct StoredObject: Sendable {
  /// The etcd key; bytes that are not UTF-8 are replaced.
  public let key: String
  /// What kind of object, where.
  public let path: StoragePath
  /// Which revision wrote it.
  public let revision: Revision
  /// The revision that created the key.
  public let createRevision: UInt64
  /// How many times it was written since.
  public let version: UInt64
  /// Whether it is the newest one of a key that is not deleted.
  public let isLive: Bool
  /// Whether it deletes the key.
  public let isTombstone: Bool
  /// The length of what is stored, in bytes.
  public let byteCount: Int
  /// Who wrote it.
  public let provider: StoredValue.Provider
  /// The prefix exactly as stored; empty for plaintext.
  public let prefix: String
  /// The name in the prefix; empty for plaintext.
  public let keyName: String
  /// The key_id of a KMS v2 value.
  public let keyID: String?
  /// How the plaintext is written; nil where it is not known.
  public let encoding: StoredValue.Encoding?
  /// What the census thinks of it.
  public let verdict: Verdict
  /// SHA-256 of what is stored.
  public let storedDigest: SHA256.Digest?
  /// SHA-256 of the plaintext; nil where it could not be had.
  public let plaintextDigest: SHA256.Digest?
  /// The plaintext, where it was asked for and could be had.
  public let plaintext: Plaintext?

  /// Plaintext that may be handed on; wiped with its last owner.
  public final class Plaintext: Sendable {
    /// The bytes.
    public let bytes: WipedBuffer

    init(copying bytes: Span<UInt8>) { self.bytes = WipedBuffer(copying: bytes) }
  }
}

/// What a census thinks of a stored value.
public enum Verdict: Int, Sendable, CaseIterable, CustomStringConvertible {
  /// Plaintext, as it is meant to be or no configuration says otherwise.
  case plaintext
  /// Encrypted; there was no configuration to prove it with.
  case encrypted
  /// It opens under the key that writes.
  case current
  /// It opens under another key: the next rewrite changes it.
  case stale
  /// Plaintext although the configuration encrypts its resource.
  case plaintextThoughCovered
  /// Plaintext although the configuration leaves `identity` out for its resource: unreadable.
  case plaintextUnreadable
  /// Encrypted although the configuration does not cover its resource: unreadable.
  case notCovered
  /// The configuration has no key of its name: unreadable.
  case lostKey
  /// The configuration's key of its name does not open it: unreadable.
  case failed
  /// A KMS has the key, and it was not at hand.
  case unproved
  /// Encrypted by a provider that is not known.
  case unknown

  /// The API server with this configuration cannot read it.
  public var isUnreadable: Bool {
    switch self {
    case .plaintextUnreadable, .notCovered, .lostKey, .failed, .unknown: true
    default: false
    }
  }

  public var description: String {
    switch self {
    case .plaintext: "plaintext"
    case .encrypted: "encrypted"
    case .current: "current"
    case .stale: "stale"
    case .plaintextThoughCovered: "plaintext-though-covered"
    case .plaintextUnreadable: "plaintext-unreadable"
    case .notCovered: "not-covered"
    case .lostKey: "lost-key"
    case .failed: "failed"
    case .unproved: "unproved"
    case .unknown: "unknown"
    }
  }
}
