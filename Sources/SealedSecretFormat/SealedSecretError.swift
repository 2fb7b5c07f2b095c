internal import CryptoCore
internal import Manifest
internal import X509
public import YAMLSource

/// Why a SealedSecret, or what belongs to it, could not be read, opened or written.
///
/// Never holds a value or a byte of a key. Two errors are equal when their codes are.
public struct SealedSecretError: Error, Equatable, Sendable {
  /// The kinds of failure; more may be added.
  public enum Code: String, Sendable {
    /// The text is not YAML or JSON, or over a limit.
    case syntax
    /// A Secret or SealedSecret is not what it has to be.
    case malformed
    /// There is no SealedSecret.
    case noSealedSecret
    /// The name, or the namespace, that a value is bound to is missing.
    case noIdentity
    /// There is nothing to seal.
    case noData
    /// The Secret is sealed in another way.
    case sealedOtherwise
    /// A part of the format that is not supported.
    case unsupported
    /// A certificate cannot be read, is not for RSA, or has expired.
    case certificate
    /// A private key cannot be read.
    case privateKey
    /// No key opens a value; deliberately without detail.
    case noKey
    /// What was written does not read as what was meant.
    case verification
    /// libsodium or OpenSSL failed where no input is to blame.
    case cryptoFailure
  }

  /// The kind of failure.
  public let code: Code
  /// What is wrong: lower case, no full stop.
  public let message: String
  /// Where, when it is about a text.
  public let position: SourcePosition?
  /// Which object, for instance "SealedSecret prod/db".
  public var unit: String?
  /// What to do next.
  public var hints: [String]

  init(
    _ code: Code, _ message: String, at position: SourcePosition? = nil, unit: String? = nil,
    hints: [String] = []
  ) {
    self.code = code
    self.message = message
    self.position = position
    self.unit = unit
    self.hints = hints
  }

  /// There is no SealedSecret in a file that was named.
  public static var none: SealedSecretError {
    SealedSecretError(.noSealedSecret, "there is no SealedSecret in it")
  }

  init(_ error: SourceError) {
    let code: Code = error.code == .overlappingEdits ? .verification : .syntax
    self.init(code, error.message, at: error.position)
  }

  init(_ error: ManifestError, unit: String? = nil) {
    self.init(.malformed, error.message, at: error.position, unit: unit)
  }

  init(_ error: CryptoError) { self.init(.cryptoFailure, "\(error)") }

  /// The same error with a position, unless it has one.
  func at(_ position: SourcePosition) -> SealedSecretError {
    SealedSecretError(
      code, message, at: self.position ?? position, unit: unit, hints: hints)
  }

  public static func == (left: SealedSecretError, right: SealedSecretError) -> Bool {
    left.code == right.code
  }
}
