/// Why a cryptographic operation did not succeed.
///
/// Never holds a byte of a key, plaintext or ciphertext. Two errors are equal when their codes are.
public struct CryptoError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String, Sendable {
      case authenticationFailed = "authentication failed"
      case invalidLength = "invalid length"
      case invalidEncoding = "invalid encoding"
      case invalidKey = "invalid key"
      case lowOrderPoint = "low-order point"
      case outOfMemory = "out of memory"
      case libraryFailure = "library failure"
      case limitExceeded = "limit exceeded"
    }

    private let kind: Kind

    /// A tag, signature or decryption did not check out; deliberately without detail.
    public static let authenticationFailed = Code(kind: .authenticationFailed)
    /// An input has a length that the algorithm does not take.
    public static let invalidLength = Code(kind: .invalidLength)
    /// An input is not in its one accepted encoding.
    public static let invalidEncoding = Code(kind: .invalidEncoding)
    /// A key is malformed or of a kind that is not accepted.
    public static let invalidKey = Code(kind: .invalidKey)
    /// A Diffie-Hellman result is all zeros: the peer's key is a point of low order.
    public static let lowOrderPoint = Code(kind: .lowOrderPoint)
    /// No (secret) memory could be had.
    public static let outOfMemory = Code(kind: .outOfMemory)
    /// libsodium or OpenSSL failed where no input is to blame.
    public static let libraryFailure = Code(kind: .libraryFailure)
    /// A parameter is above what the algorithm or our own limit allows.
    public static let limitExceeded = Code(kind: .limitExceeded)

    public var description: String { kind.rawValue }
  }

  /// The kind of failure.
  public let code: Code
  /// What was being done; fixed text, never input.
  public let context: StaticString

  @inline(never)
  package init(_ code: Code, _ context: StaticString) {
    self.code = code
    self.context = context
  }

  public static func == (left: CryptoError, right: CryptoError) -> Bool { left.code == right.code }

  public var description: String { "\(context): \(code)" }
}
