/// Why a text could not be read or edited.
///
/// Never holds a part of a value.
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
    /// A document has too many directives.
    case tooManyDirectives
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
  /// The largest text, in bytes; at most 1 GiB counts.
  public var byteCount = 32 << 20
  /// The deepest nesting of collections.
  public var depth = 100
  /// The most nodes.
  public var nodeCount = 2_000_000
  /// The most aliases.
  public var aliasCount = 10_000
  /// The most directives (`%YAML`, `%TAG`) of one document: libyaml is quadratic in them.
  public var directiveCount = 64
  /// Whether reading stops behind the first document of a YAML stream; what follows may be anything.
  public var isFirstDocumentOnly = false

  /// The usual limits.
  public init() {}
}

/// What a reader found wrong; `SourceTree.parse` makes a `SourceError` of it.
struct ReadProblem: Error {
  let code: SourceError.Code
  let message: String
  /// In bytes.
  let offset: Int

  init(_ code: SourceError.Code, _ message: String, at offset: Int) {
    self.code = code
    self.message = message
    self.offset = offset
  }

  func error(_ survey: TextSurvey, _ bytes: Span<UInt8>) -> SourceError {
    SourceError(code, message, at: survey.lines.position(of: offset, in: bytes))
  }
}
