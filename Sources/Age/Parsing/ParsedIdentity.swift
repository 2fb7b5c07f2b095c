/// An identity as a file of identities has it.
public struct ParsedIdentity: Sendable {
  /// The kinds of identity.
  public enum Kind: String, Sendable, Hashable {
    /// `AGE-SECRET-KEY-1...`.
    case x25519
    /// `AGE-SECRET-KEY-PQ-1...`.
    case hybrid
    /// An SSH private key.
    case ssh
    /// `AGE-PLUGIN-NAME-1...`.
    case plugin
    /// A whole file of identities, encrypted with a passphrase.
    case encryptedFile
  }

  /// The identity.
  public let identity: any Identity
  /// The text of the recipient it belongs to, as `age1...` or `ssh-ed25519 AAAA...`; nil when that
  /// is not known.
  public let recipientText: String?
  /// What kind it is.
  public let kind: Kind
  /// The line it is on, from 1; nil when it is the whole file.
  public let line: Int?
}
