internal import Platform

/// Why a call has no answer, or a server does not serve.
///
/// Two errors are equal when their codes are. No error holds a byte of a message.
public struct GRPCError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public enum Code: String, Sendable {
    /// An address departs from its format.
    case malformedAddress
    /// The server could not be reached.
    case unreachable
    /// It did not answer in time.
    case timedOut
    /// What it sent is not HTTP/2 with gRPC.
    case malformedAnswer
    /// It refused the call; see `status`.
    case refused
    /// The library failed for lack of memory.
    case libraryFailure
  }

  /// The kind of failure.
  public let code: Code
  /// What went wrong: lower case, no full stop, fit for a terminal.
  public let message: String
  /// What the server said, when it refused.
  public let status: GRPCStatus?

  @inline(never)
  init(_ code: Code, _ message: String, status: GRPCStatus? = nil) {
    self.code = code
    self.message = message
    self.status = status
  }

  /// A failure of the operating system.
  init(_ error: PlatformError) {
    self.init(error.code == .timedOut ? .timedOut : .unreachable, error.description)
  }

  /// A server that refused.
  init(_ status: GRPCStatus) {
    self.init(.refused, "it refuses: \(status)", status: status)
  }

  public static func == (left: GRPCError, right: GRPCError) -> Bool { left.code == right.code }

  public var description: String { message }
}
