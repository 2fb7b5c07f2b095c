internal import CryptoCore
internal import Platform
internal import SOPSFormat

/// Why a key service did not do what it should.
///
/// Two errors are equal when their codes are. No error holds a credential, a key, or a byte of what a
/// service answered but its error code.
public struct CloudError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public enum Code: String, Sendable {
    /// The name of a key departs from its format.
    case malformedName
    /// There are no credentials, or a variable or file that should give them is malformed.
    case notConfigured
    /// Credentials would go to an address that nobody has said to trust.
    case untrustedAddress
    /// A program that is needed is not installed.
    case missingProgram
    /// The service could not be reached, or did not answer in time.
    case unreachable
    /// The service refused.
    case refused
    /// The service's answer departs from its interface.
    case malformedAnswer
    /// A primitive failed for lack of memory or inside its library.
    case cryptoFailure
  }

  /// The kind of failure.
  public let code: Code
  /// What went wrong and what to do: lower case, no full stop.
  public let message: String

  @inline(never)
  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  init(_ error: CryptoError) {
    self.init(.cryptoFailure, "a cryptographic operation failed (\(error.code))")
  }

  public static func == (left: CloudError, right: CloudError) -> Bool { left.code == right.code }

  /// One line in lower case.
  public var description: String { message }

  /// A text of a file or a variable, fit for a message.
  static func shown(_ text: String) -> String {
    let part = text.unicodeScalars.prefix(200)
    var shown = String.UnicodeScalarView()
    shown.append(contentsOf: part)
    return escapedForTerminal(String(shown)) + (part.count < text.unicodeScalars.count ? "..." : "")
  }
}

extension SOPSError {
  /// A failure to open a data key.
  init(opening entry: SOPSKeyEntry, _ error: CloudError) {
    self.init(
      error.code == .cryptoFailure ? .cryptoFailure : .noIdentity,
      "the data key for \(entry.label) does not open: \(error.message)")
  }

  /// A failure to make an entry.
  init(wrappingFor recipient: String, _ error: CloudError) {
    self.init(
      error.code == .cryptoFailure ? .cryptoFailure : .wrapFailed,
      "cannot encrypt for \(CloudError.shown(recipient)): \(error.message)")
  }

  /// An entry that names no key.
  init(malformedIn entry: SOPSKeyEntry, _ error: CloudError) {
    self.init(.malformedMetadata, error.message)
  }

  /// A recipient that cannot be read.
  init(malformed error: CloudError) { self.init(.malformedConfiguration, error.message) }
}
