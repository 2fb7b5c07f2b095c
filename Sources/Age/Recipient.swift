public import CryptoCore

/// The kind of key that each file has one of: 16 random bytes.
public enum AgeFileKey: KeyedAlgorithm {
  /// The length of a file key, in bytes.
  public static let keyByteCount = 16
}

/// The key of one file, from which those of its header and payload are derived.
public typealias FileKey = SymmetricKey<AgeFileKey>

/// Someone whom a file is encrypted for.
public protocol Recipient: Sendable {
  /// Wraps a file key.
  ///
  /// - Parameter arena: Where keys go for the time of the call, if there is one.
  func wrap(
    _ fileKey: borrowing FileKey, in arena: SecretArena?
  ) throws(AgeError) -> WrappedFileKey
}

/// A file key, wrapped for one recipient.
public struct WrappedFileKey: Sendable {
  /// What goes into the header.
  public let stanzas: [Stanza]
  /// What all recipients of one file must have in common: a file is only made when these sets are
  /// equal.
  public let labels: Set<String>

  /// A wrapped key.
  public init(_ stanzas: [Stanza], labels: Set<String> = []) {
    self.stanzas = stanzas
    self.labels = labels
  }
}

extension WrappedFileKey {
  /// The label of recipients that withstand quantum computers.
  static let postQuantumLabel = "postquantum"
}
