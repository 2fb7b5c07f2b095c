/// Why a handshake could not even be tried.
///
/// What a server does is no error but an outcome. Two errors are equal when their codes are.
public struct TLSError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public enum Code: String, Sendable {
    /// A name that no server can be asked for.
    case invalidName = "not a name that a server can be asked for"
    /// The client's certificate and key do not fit together or are not usable.
    case unusableIdentity = "not a certificate and a key that belong together"
    /// OpenSSL failed where no input is to blame.
    case libraryFailure = "library failure"
  }

  /// The kind of failure.
  public let code: Code
  /// What was being done; fixed text, never input.
  public let context: StaticString

  @inline(never)
  init(_ code: Code, _ context: StaticString) {
    self.code = code
    self.context = context
  }

  public static func == (left: TLSError, right: TLSError) -> Bool { left.code == right.code }

  public var description: String { "\(context): \(code.rawValue)" }
}
