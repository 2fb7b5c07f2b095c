public import Envelope
internal import Manifest
internal import Platform
internal import YAMLSource

extension WorkspaceError {
  /// What went wrong while sealing or opening a file.
  public init(_ error: EnvelopeError, path: String?) {
    self.init(
      WorkspaceError.kind(of: error), error.message, path: path, position: error.position,
      unit: error.unit, hints: WorkspaceError.hints(for: error))
    // What is in another encoding is not looked into, so it may hold anything.
    isSyntax = error.code == .source && error.sourceError?.code != .encoding
    mayBeOfTemplate = isSyntax || error.manifestError?.code == .notScalar
  }

  private static func kind(of error: EnvelopeError) -> Kind {
    switch error.code {
    case .noIdentity, .unwrapFailed: .noIdentity
    case .noRecipients, .wrapFailed, .malformedKey: .configuration
    case .cryptoFailure: .other
    default: .malformed
    }
  }

  private static func hints(for error: EnvelopeError) -> [String] {
    switch error.code {
    case .noRecipients:
      ["name recipients with --recipient, or write a policy with 'sealwax init'"]
    case .noIdentity:
      ["name an identity with --identity FILE, or set SEALWAX_IDENTITY_FILE"]
    case .unwrapFailed where error.message.contains("\(PlatformError.Code.noTerminal)"):
      ["give the passphrase with --passphrase-file FILE"]
    case .staleSeal:
      ["restore the file from git; or open an older version and seal the change again"]
    case .plaintextBesideCiphertext:
      ["remove it, and add the value with 'sealwax set' or 'sealwax edit'"]
    case .plaintextElsewhere: ["--allow-plaintext-elsewhere seals it all the same"]
    case .missingSignature, .invalidSignature:
      [
        "have one of the required signers look at it and seal it again: "
          + "sealwax rotate --ignore-policy --sign-with KEY FILE"
      ]
    case .unsignedPlaintext:
      ["have one of the required signers seal it: sealwax encrypt -I --sign-with KEY FILE"]
    case .tokenNotAuthentic, .malformedToken, .malformedEnvelope, .commitmentMismatch:
      ["restore the file from git"]
    case .unsupportedVersion: ["install a newer sealwax"]
    default:
      error.manifestError?.code == .mergeKey || error.manifestError?.code == .aliasedMapping
        ? ["write the fields out instead of merging or aliasing them"] : []
    }
  }
}
