public import YAMLSource

/// Why the API server refuses a configuration.
///
/// Holds no byte of a key.
public struct ConfigurationProblem: Error, Sendable, Equatable {
  /// How far the API server comes.
  public enum Stage: String, Sendable {
    /// The file cannot be read, or is empty.
    case read
    /// It is not a configuration in form.
    case decode
    /// It is a configuration of something else.
    case type
    /// It is not a valid one (ValidateEncryptionConfiguration).
    case validate
    /// It is valid, and no transformers can be made from it.
    case transform
  }

  /// The kind of a validation error, as `field.ErrorType` is called.
  public enum Kind: String, Sendable {
    case required = "FieldValueRequired"
    case invalid = "FieldValueInvalid"
  }

  /// How far the API server comes.
  public let stage: Stage
  /// The kind of a validation error; nil at other stages.
  public let kind: Kind?
  /// The API server's path of the field, for instance `resources[0].providers`; nil at other stages.
  public let field: String?
  /// What is wrong: lower case, no full stop.
  public let message: String
  /// What the API server says, but for the bytes of keys.
  public let upstream: String
  /// Where.
  public let position: SourcePosition

  /// Whether the API server's message for it quotes what is in the file, keys included.
  public var leaksKeys: Bool { upstream.contains("{REDACTED}") }

  init(
    _ stage: Stage, _ message: String, upstream: String? = nil, at position: SourcePosition
  ) {
    self.stage = stage
    kind = nil
    field = nil
    self.message = message
    self.upstream = upstream ?? message
    self.position = position
  }

  init(
    _ kind: Kind, _ field: String, _ message: String, upstream: String, value: String? = nil,
    at position: SourcePosition
  ) {
    stage = .validate
    self.kind = kind
    self.field = field
    self.message = message
    switch kind {
    case .required: self.upstream = "\(field): Required value: \(upstream)"
    case .invalid: self.upstream = "\(field): Invalid value: \(value ?? "\"\""): \(upstream)"
    }
    self.position = position
  }
}
