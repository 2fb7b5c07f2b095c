/// Why a stored value, a file with keys or a storage path cannot be made sense of.
///
/// Never holds a byte of a key or value. Two errors are equal when their codes are.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public enum Code: String, Sendable {
    /// A stored value is not in its provider's format.
    case malformedValue
    /// A file with keys is not what it has to be.
    case malformedKeys
    /// The key does not open the value.
    case notAuthentic
    /// What is needed to open the value is not at hand.
    case noKey
    /// A cipher could not be run.
    case cryptoFailure
  }

  /// The kind of failure.
  public let code: Code
  /// What is wrong: lower case, no full stop.
  public let message: String
  /// Where in a text, from 1; nil for what is no text.
  public let line: Int?
  /// The column, in bytes from 1.
  public let column: Int?

  /// Makes an error.
  public init(_ code: Code, _ message: String, line: Int? = nil, column: Int? = nil) {
    self.code = code
    self.message = message
    self.line = line
    self.column = column
  }

  public static func == (left: StorageError, right: StorageError) -> Bool {
    left.code == right.code
  }

  public var description: String { message }
}
