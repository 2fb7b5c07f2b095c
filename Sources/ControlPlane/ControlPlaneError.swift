/// Why a file of a control plane cannot be made sense of.
///
/// Never holds a value of the file. Two errors are equal when their codes are.
public struct ControlPlaneError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public enum Code: String, Sendable {
    /// The text is no YAML, JSON or unit file.
    case syntax
    /// The text is not of the kind that is asked for.
    case otherKind
  }

  /// The kind of failure.
  public let code: Code
  /// What is wrong: lower case, no full stop.
  public let message: String
  /// Where.
  public let place: Place

  init(_ code: Code, _ message: String, at place: Place) {
    self.code = code
    self.message = message
    self.place = place
  }

  public static func == (left: ControlPlaneError, right: ControlPlaneError) -> Bool {
    left.code == right.code
  }

  public var description: String { "\(place.label): \(message)" }
}
