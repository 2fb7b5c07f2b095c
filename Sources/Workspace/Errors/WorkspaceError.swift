public import SOPSFormat
public import YAMLSource

/// Why a command could not do its work on a file, a key or a policy.
///
/// Holds no value, key or part of one. Paths and texts from outside are not escaped yet.
public struct WorkspaceError: Error, Sendable {
  /// The families of failure; the command line gives each its exit status.
  public enum Kind: Sendable, Equatable {
    /// The command was called in a way that cannot work.
    case usage
    /// The input is not what it has to be, or was tampered with.
    case malformed
    /// The input is not there or cannot be read.
    case noInput
    /// The output cannot be created.
    case cannotCreate
    /// Reading or writing failed.
    case inputOutput
    /// No identity opens it.
    case noIdentity
    /// The policy, a recipient or a key file is wrong or missing.
    case configuration
    /// Anything else, such as a lack of memory.
    case other
  }

  /// The family of failure.
  public let kind: Kind
  /// What went wrong: lower case, no full stop.
  public let message: String
  /// The file, as the caller named it; nil when there is none.
  public var path: String?
  /// Where in the file.
  public var position: SourcePosition?
  /// Which Secret, for instance "Secret default/db".
  public var unit: String?
  /// What to do next, one suggestion each.
  public var hints: [String]
  /// What SOPSFormat calls it, when it comes from there.
  public internal(set) var sopsCode: SOPSError.Code?
  /// Whether the file is no YAML or JSON at all.
  var isSyntax = false
  /// Whether it is an error that a template for a manifest gives.
  var mayBeOfTemplate = false
  /// Whether the policy leaves the file alone.
  var isIgnored = false
  /// Whether it is about the earlier version of what is sealed.
  var isAboutPrevious = false
  /// Whether it is about something in plaintext that was to be changed.
  var isNotSealed = false
  /// Why a file that was only found in a folder is passed over for it.
  var reasonToSkip: String?

  /// Makes an error.
  public init(
    _ kind: Kind, _ message: String, path: String? = nil, position: SourcePosition? = nil,
    unit: String? = nil, hints: [String] = []
  ) {
    self.kind = kind
    self.message = message
    self.path = path
    self.position = position
    self.unit = unit
    self.hints = hints
  }

  /// The same error, said of a file where it does not name its own.
  public func at(_ path: String) -> WorkspaceError {
    var error = self
    if error.path == nil { error.path = path }
    return error
  }

  /// The same error with one more suggestion.
  public func hinting(_ hint: String) -> WorkspaceError {
    var error = self
    error.hints.append(hint)
    return error
  }
}
