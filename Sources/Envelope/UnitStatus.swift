public import Manifest
public import YAMLSource

/// What can be said about one Secret without a key.
public struct UnitStatus: Sendable {
  /// The unit's name, for instance "Secret default/db".
  public let label: String
  /// The unit's identity.
  public let identity: UnitIdentity
  /// The unit's type, empty when it names none.
  public let typeName: String
  /// Where it begins.
  public let position: SourcePosition
  /// Whether it has an envelope.
  public let isSealed: Bool
  /// The envelope, when it has one that can be read.
  public let envelope: Envelope?
  /// Its values, comments and aliases, in order.
  public let entries: [EntryStatus]
  /// Its signatures.
  public let signatures: [SignatureStatus]
  /// What is wrong with it, as far as that shows without a key.
  public let problems: [UnitProblem]
}

/// One value, alias or comment.
public struct EntryStatus: Sendable {
  /// How an entry stands in the text.
  public enum State: String, Sendable {
    /// A token.
    case sealed
    /// Readable.
    case plaintext
    /// An alias to another entry.
    case alias
  }
  /// Its name, `data/password`, or `data#` for a comment.
  public let name: String
  /// Where it stands.
  public let position: SourcePosition
  /// How it stands there.
  public let state: State
}

/// A signature and whether it holds. It says something only if the key is one that is trusted.
public struct SignatureStatus: Sendable {
  /// The public key.
  public let verifier: SignatureVerifier
  /// Whether the signature holds over the unit as it stands.
  public let isValid: Bool
}

/// Something wrong with a unit.
public struct UnitProblem: Sendable {
  /// What is wrong, for programs.
  public let code: EnvelopeError.Code
  /// What is wrong, for people.
  public let message: String
  /// Where.
  public let position: SourcePosition
}
