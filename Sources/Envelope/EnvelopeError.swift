public import Manifest
public import YAMLSource

/// Why a manifest could not be sealed, opened or read.
///
/// Two errors are equal when their codes are. No error carries a value, a key or a part of one.
public struct EnvelopeError: Error, Equatable, Sendable {
  /// What went wrong, for programs.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Value: String {
      case noRecipients, noIdentity, malformedToken, tokenNotAuthentic, plaintextBesideCiphertext
      case staleSeal, unsupportedVersion, malformedEnvelope, commitmentMismatch, unnamedUnit
      case ambiguousToken, malformedKey, invalidSignature, wrapFailed, unwrapFailed, cryptoFailure
      case source, manifest, notReversible, missingEnvelope, missingSignature, plaintextElsewhere
      case unsignedPlaintext
    }
    private let value: Value
    private init(_ value: Value) { self.value = value }

    /// Its name, for instance "staleSeal"; stable.
    public var description: String { value.rawValue }

    /// There is nobody to seal for.
    public static let noRecipients = Self(.noRecipients)
    /// None of the identities opens any of the unit's wrapped keys.
    public static let noIdentity = Self(.noIdentity)
    /// A token is not of the form that the format lays down.
    public static let malformedToken = Self(.malformedToken)
    /// A token does not open at its place: it was altered or belongs elsewhere.
    public static let tokenNotAuthentic = Self(.tokenNotAuthentic)
    /// A sealed unit has a value or comment that is not a token.
    public static let plaintextBesideCiphertext = Self(.plaintextBesideCiphertext)
    /// The seal does not cover what the unit holds now.
    public static let staleSeal = Self(.staleSeal)
    /// The envelope is of a version that this program does not know.
    public static let unsupportedVersion = Self(.unsupportedVersion)
    /// The envelope departs from the grammar.
    public static let malformedEnvelope = Self(.malformedEnvelope)
    /// The unwrapped key is not the one that the envelope commits to.
    public static let commitmentMismatch = Self(.commitmentMismatch)
    /// The scope binds a name that the unit does not have.
    public static let unnamedUnit = Self(.unnamedUnit)
    /// A plaintext value looks like a token.
    public static let ambiguousToken = Self(.ambiguousToken)
    /// A Secret without an envelope has tokens: its envelope was lost or taken away.
    public static let missingEnvelope = Self(.missingEnvelope)
    /// An annotation repeats in the clear what is to be sealed.
    public static let plaintextElsewhere = Self(.plaintextElsewhere)
    /// The text of a key is not one.
    public static let malformedKey = Self(.malformedKey)
    /// A signature is required, and there is none of a key that is trusted.
    public static let missingSignature = Self(.missingSignature)
    /// A signature is required, and the Secret is not even sealed.
    public static let unsignedPlaintext = Self(.unsignedPlaintext)
    /// A signature does not hold.
    public static let invalidSignature = Self(.invalidSignature)
    /// A recipient could not be given the key.
    public static let wrapFailed = Self(.wrapFailed)
    /// An identity failed on a key that is meant for it.
    public static let unwrapFailed = Self(.unwrapFailed)
    /// A primitive failed for lack of memory or inside its library.
    public static let cryptoFailure = Self(.cryptoFailure)
    /// The text could not be parsed or edited.
    public static let source = Self(.source)
    /// The document is not a Kubernetes manifest that can be sealed.
    public static let manifest = Self(.manifest)
    /// The sealed text would not give back the original bytes; nothing was kept of it.
    public static let notReversible = Self(.notReversible)
  }

  /// What went wrong, for programs.
  public let code: Code
  /// What went wrong, for people: lower case, no full stop, no secret.
  public let message: String
  /// Where in the text, when it has a place.
  public let position: SourcePosition?
  /// Which unit, for instance "Secret default/db".
  public let unit: String?
  /// Whether it is about the earlier version, and the position one in its text.
  public let isAboutPrevious: Bool
  /// What the parser said, when the text could not be parsed.
  public let sourceError: SourceError?
  /// What is wrong with the manifest, when that is the reason.
  public let manifestError: ManifestError?

  /// Makes an error.
  public init(
    _ code: Code, _ message: String, at position: SourcePosition? = nil, unit: String? = nil
  ) {
    self.init(code: code, message: message, position: position, unit: unit)
  }

  init(_ error: SourceError) {
    self.init(
      code: .source, message: error.message, position: error.position, sourceError: error)
  }

  init(_ error: ManifestError) {
    self.init(
      code: .manifest, message: error.message, position: error.position, manifestError: error)
  }

  /// The same error, said of a unit and of a place, where it does not name its own.
  func located(_ unit: String, _ position: SourcePosition?) -> EnvelopeError {
    EnvelopeError(
      code: code, message: message, position: self.position ?? position, unit: self.unit ?? unit,
      isAboutPrevious: isAboutPrevious, sourceError: sourceError, manifestError: manifestError)
  }

  /// The same error, said of the earlier version.
  var ofPrevious: EnvelopeError {
    EnvelopeError(
      code: code, message: "in the earlier sealed version: \(message)", position: position,
      unit: unit, isAboutPrevious: true, sourceError: sourceError, manifestError: manifestError)
  }

  private init(
    code: Code, message: String, position: SourcePosition? = nil, unit: String? = nil,
    isAboutPrevious: Bool = false, sourceError: SourceError? = nil,
    manifestError: ManifestError? = nil
  ) {
    self.code = code
    self.message = message
    self.position = position
    self.unit = unit
    self.isAboutPrevious = isAboutPrevious
    self.sourceError = sourceError
    self.manifestError = manifestError
  }

  /// Equal when the codes are.
  public static func == (left: EnvelopeError, right: EnvelopeError) -> Bool {
    left.code == right.code
  }
}
