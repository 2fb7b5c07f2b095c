/// Why a certificate, a key or a file of them could not be read or judged.
///
/// Never holds a byte of a private key or a password. Two errors are equal when their codes are.
public struct X509Error: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public enum Code: String, Sendable {
    /// The bytes are nothing that is read here.
    case unknownFormat
    /// A PEM entry is not whole, or its Base64 is not.
    case badPEM
    /// The structure within is broken.
    case malformed
    /// It is encrypted and no password was given.
    case passwordNeeded
    /// The password is not the right one.
    case wrongPassword
    /// It is encrypted, signed or made in a way that is not supported, or costs too much.
    case unsupported
    /// There is more than is read here.
    case tooLarge
    /// OpenSSL failed where no input is to blame.
    case libraryFailure
  }

  /// The kind of failure.
  public let code: Code
  /// What is wrong: lower case, no full stop.
  public let message: String

  @inline(never)
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public static func == (left: X509Error, right: X509Error) -> Bool { left.code == right.code }

  /// One line in lower case.
  public var description: String { message }
}
