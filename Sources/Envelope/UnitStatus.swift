public import Manifest
public import YAMLSource

/// The state of one Secret.
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
  /// What is wrong with it: as far as that shows without a key, or all when one was given.
  public internal(set) var problems: [UnitProblem]
  /// Whether a key was given and its seal and every token of it hold.
  public internal(set) var isAuthentic = false

  /// Whether one of these keys signed it as it stands.
  public func isSigned(byOneOf verifiers: [SignatureVerifier]) -> Bool {
    signatures.contains { $0.isValid && verifiers.contains($0.verifier) }
  }
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

/// A signature and whether it holds.
///
/// It says something only if the key is one that is trusted.
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

  init(_ code: EnvelopeError.Code, _ message: String, at position: SourcePosition) {
    self.code = code
    self.message = message
    self.position = position
  }

  init(_ error: EnvelopeError, in unit: PlacedUnit) {
    self.init(error.code, error.message, at: error.position ?? unit.start)
  }
}
