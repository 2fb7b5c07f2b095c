/// Why an age file could not be made, read or opened.
///
/// Never holds a byte of a key, passphrase or plaintext. Two errors are equal when their codes are.
public struct AgeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String, Sendable {
      case noMatch = "no match"
      case malformedHeader = "malformed header"
      case headerMAC = "header MAC"
      case malformedArmor = "malformed armor"
      case malformedPayload = "malformed payload"
      case malformedRecipient = "malformed recipient"
      case malformedIdentity = "malformed identity"
      case wrongPassphrase = "wrong passphrase"
      case noRecipients = "no recipients"
      case incompatibleRecipients = "incompatible recipients"
      case pluginFailed = "plugin failed"
      case unsupported = "unsupported"
      case excessiveWork = "excessive work"
      case cryptoFailure = "crypto failure"
      case platform = "platform"
    }

    private let kind: Kind

    /// None of the identities belongs to a recipient of the file.
    public static let noMatch = Code(kind: .noMatch)
    /// The header departs from the format, or is cut short.
    public static let malformedHeader = Code(kind: .malformedHeader)
    /// The header's MAC does not hold: it was altered.
    public static let headerMAC = Code(kind: .headerMAC)
    /// The ASCII armor departs from its one accepted form.
    public static let malformedArmor = Code(kind: .malformedArmor)
    /// The payload was altered, cut short or has more behind it.
    public static let malformedPayload = Code(kind: .malformedPayload)
    /// A text is not a recipient.
    public static let malformedRecipient = Code(kind: .malformedRecipient)
    /// A text or file is not an identity.
    public static let malformedIdentity = Code(kind: .malformedIdentity)
    /// A passphrase does not open the identity it is for.
    public static let wrongPassphrase = Code(kind: .wrongPassphrase)
    /// There is nobody to encrypt for.
    public static let noRecipients = Code(kind: .noRecipients)
    /// The recipients must not share one file: a passphrase with any other, post-quantum with
    /// classic ones.
    public static let incompatibleRecipients = Code(kind: .incompatibleRecipients)
    /// A plugin is missing, gave up or broke the protocol.
    public static let pluginFailed = Code(kind: .pluginFailed)
    /// A kind of key, cipher or file that is known but not handled.
    public static let unsupported = Code(kind: .unsupported)
    /// A passphrase's work factor is above the limit.
    public static let excessiveWork = Code(kind: .excessiveWork)
    /// A primitive failed for lack of memory or inside its library.
    public static let cryptoFailure = Code(kind: .cryptoFailure)
    /// The operating system failed to read, write, start or ask.
    public static let platform = Code(kind: .platform)

    public var description: String { kind.rawValue }
  }

  /// What went wrong, for programs.
  public let code: Code
  /// What went wrong, for people: lower case, no full stop, no secret.
  public let message: String
  /// The line of the text that was read, from 1, when there is one.
  public let line: Int?

  /// Makes an error.
  public init(_ code: Code, _ message: String, line: Int? = nil) {
    self.code = code
    self.message = message
    self.line = line
  }

  /// The same error, said of a line.
  func at(line: Int) -> AgeError { AgeError(code, message, line: line) }

  public static func == (left: AgeError, right: AgeError) -> Bool { left.code == right.code }

  public var description: String { line.map { "line \($0): \(message)" } ?? message }
}
