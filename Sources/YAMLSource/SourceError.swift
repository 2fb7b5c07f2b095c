/// Why a text could not be read or edited. Never holds a part of a value.
public struct SourceError: Error, Equatable, Sendable {
  /// What went wrong.
  public enum Code: String, Sendable {
    /// The text is not YAML, or not JSON.
    case syntax
    /// The text is not UTF-8.
    case encoding
    /// The text is over the limit of bytes.
    case tooLarge
    /// Collections are nested too deeply.
    case tooDeep
    /// There are too many nodes.
    case tooManyNodes
    /// There are too many aliases.
    case tooManyAliases
    /// An alias refers to an anchor that is not there.
    case undefinedAlias
    /// Two edits overlap or lie outside the text.
    case overlappingEdits
    /// There is no memory for the parser.
    case outOfMemory
  }

  /// What went wrong.
  public let code: Code
  /// Where.
  public let position: SourcePosition
  /// What went wrong, for people: lower case, no full stop, no text of the source.
  public let message: String

  init(_ code: Code, _ message: String, at position: SourcePosition) {
    self.code = code
    self.message = message
    self.position = position
  }
}

/// What a text may cost to read.
public struct SourceLimits: Sendable {
  /// The largest text, in bytes.
  public var byteCount = 32 << 20
  /// The deepest nesting of collections.
  public var depth = 100
  /// The most nodes.
  public var nodeCount = 2_000_000
  /// The most aliases.
  public var aliasCount = 10_000

  /// The usual limits.
  public init() {}
}
