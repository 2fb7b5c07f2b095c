public import SOPSFormat
internal import YAMLSource

extension WorkspaceError {
  /// What went wrong with a SOPS file.
  public init(_ error: SOPSError, path: String? = nil) {
    self.init(
      WorkspaceError.kind(of: error), error.message, path: path, position: error.position,
      hints: WorkspaceError.hints(for: error))
    isSyntax = error.code == .syntax
    mayBeOfTemplate = isSyntax
    sopsCode = error.code
  }

  /// What is wrong with a `.sops.yaml`, which is configuration whatever it is.
  public init(configuration error: SOPSError, path: String) {
    self.init(.configuration, error.message, path: path, position: error.position)
  }

  private static func kind(of error: SOPSError) -> Kind {
    switch error.code {
    case .noIdentity, .tooFewGroups, .unsupportedBackend: .noIdentity
    case .noRecipients, .wrapFailed, .malformedConfiguration, .noMatchingRule: .configuration
    case .noSuchPath: .noInput
    case .cryptoFailure: .other
    default: .malformed
    }
  }

  private static func hints(for error: SOPSError) -> [String] {
    switch error.code {
    case .valueNotAuthentic: ["restore the file from git"]
    case .macMismatch, .macNotAuthentic, .missingMAC:
      ["restore the file from git; after a merge, look at it and run 'sealwax reseal'"]
    case .plaintextBesideCiphertext:
      ["take it out and add it with 'sealwax set', or let 'sealwax reseal' encrypt it"]
    case .noRecipients:
      ["name recipients on the command line, or in the creation rules of a .sops.yaml"]
    default: []
    }
  }
}
