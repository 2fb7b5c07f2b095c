public import YAMLSource

/// Why a SOPS file could not be read, opened or written.
///
/// Two errors are equal when their codes are. No error carries a value, a key or a part of one; names
/// of keys and recipients, which SOPS leaves readable, are made fit for a terminal.
public struct SOPSError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What went wrong, for programs.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Value: String {
      case syntax, unsupportedDocument, duplicateKey, nonStringKey, unsupportedValue, emptyFile
      case reservedKey, noMetadata, malformedMetadata, conflictingRules, malformedRule, noKeys
      case noIdentity, tooFewGroups, unsupportedBackend, malformedKey, malformedValue
      case unsupportedType, plaintextBesideCiphertext, valueNotAuthentic, missingMAC
      case macNotAuthentic, macMismatch, noRecipients, wrapFailed, malformedConfiguration
      case noMatchingRule, noSuchPath, limitExceeded, cryptoFailure
    }
    private let value: Value
    private init(_ value: Value) { self.value = value }

    /// Its name, for instance "macMismatch"; stable.
    public var description: String { value.rawValue }

    /// The text is not in the store's syntax.
    public static let syntax = Self(.syntax)
    /// A document is not a mapping, or the store cannot hold what it should.
    public static let unsupportedDocument = Self(.unsupportedDocument)
    /// A mapping has a key twice.
    public static let duplicateKey = Self(.duplicateKey)
    /// A key is not a string.
    public static let nonStringKey = Self(.nonStringKey)
    /// A value is of a kind that SOPS does not encrypt.
    public static let unsupportedValue = Self(.unsupportedValue)
    /// There is nothing in the file.
    public static let emptyFile = Self(.emptyFile)
    /// A document to be encrypted has a key that SOPS keeps for itself: it may be encrypted already.
    public static let reservedKey = Self(.reservedKey)
    /// The file has no metadata of SOPS: it is not encrypted.
    public static let noMetadata = Self(.noMetadata)
    /// The metadata departs from the format.
    public static let malformedMetadata = Self(.malformedMetadata)
    /// More than one rule says what is encrypted.
    public static let conflictingRules = Self(.conflictingRules)
    /// A rule's regular expression is not one of RE2, or is too large.
    public static let malformedRule = Self(.malformedRule)
    /// The metadata names nobody who could open the file.
    public static let noKeys = Self(.noKeys)
    /// None of the identities opens the data key.
    public static let noIdentity = Self(.noIdentity)
    /// Some key groups open, but fewer than the threshold.
    public static let tooFewGroups = Self(.tooFewGroups)
    /// What could open the file is a service that this program does not talk to.
    public static let unsupportedBackend = Self(.unsupportedBackend)
    /// A data key or a share of one is malformed.
    public static let malformedKey = Self(.malformedKey)
    /// An encrypted value departs from the format.
    public static let malformedValue = Self(.malformedValue)
    /// An encrypted value says that it is of a type that is unknown or cannot stand there.
    public static let unsupportedType = Self(.unsupportedType)
    /// A value that must be encrypted is not.
    public static let plaintextBesideCiphertext = Self(.plaintextBesideCiphertext)
    /// A value does not open at its place: it was altered or belongs elsewhere.
    public static let valueNotAuthentic = Self(.valueNotAuthentic)
    /// The file has no MAC.
    public static let missingMAC = Self(.missingMAC)
    /// The MAC does not open: it, or the date of the last change, was altered.
    public static let macNotAuthentic = Self(.macNotAuthentic)
    /// The MAC is of other values: some were added, removed, moved or altered.
    public static let macMismatch = Self(.macMismatch)
    /// There is nobody to encrypt for.
    public static let noRecipients = Self(.noRecipients)
    /// A recipient could not be given the data key.
    public static let wrapFailed = Self(.wrapFailed)
    /// A `.sops.yaml` departs from its format.
    public static let malformedConfiguration = Self(.malformedConfiguration)
    /// No creation rule is for the file.
    public static let noMatchingRule = Self(.noMatchingRule)
    /// There is nothing at a path of keys.
    public static let noSuchPath = Self(.noSuchPath)
    /// The text is above what may be read.
    public static let limitExceeded = Self(.limitExceeded)
    /// A primitive failed for lack of memory or inside its library.
    public static let cryptoFailure = Self(.cryptoFailure)
  }

  /// What went wrong, for programs.
  public let code: Code
  /// What went wrong, for people: lower case, no full stop, no secret.
  public let message: String
  /// Where in the text, when it has a place.
  public let position: SourcePosition?
  /// The kinds of keys that the file can be opened with and this program does not handle.
  public let backends: [SOPSBackend]

  /// Makes an error.
  public init(
    _ code: Code, _ message: String, at position: SourcePosition? = nil,
    backends: [SOPSBackend] = []
  ) {
    self.code = code
    self.message = message
    self.position = position
    self.backends = backends
  }

  init(_ error: SourceError) {
    let code: Code =
      switch error.code {
      case .tooLarge, .tooDeep, .tooManyNodes, .tooManyAliases, .tooManyDirectives: .limitExceeded
      case .outOfMemory: .cryptoFailure
      default: .syntax
      }
    self.init(code, error.message, at: error.position)
  }

  /// The same error, said of a place, where it does not name its own.
  func at(_ position: SourcePosition) -> SOPSError {
    SOPSError(code, message, at: self.position ?? position, backends: backends)
  }

  public static func == (left: SOPSError, right: SOPSError) -> Bool { left.code == right.code }

  public var description: String {
    position.map { "\($0.line):\($0.column): \(message)" } ?? message
  }
}
