public import SealedSecretFormat
internal import YAMLSource

extension WorkspaceError {
  /// What went wrong with a SealedSecret, a certificate or a controller's key.
  public init(_ error: SealedSecretError, path: String?) {
    let kind: Kind =
      switch error.code {
      case .certificate, .privateKey: .configuration
      case .noKey: .noIdentity
      case .cryptoFailure: .other
      default: .malformed
      }
    self.init(
      kind, error.message, path: path, position: error.position, unit: error.unit,
      hints: error.hints)
    isSyntax = error.code == .syntax
    mayBeOfTemplate = isSyntax
  }
}
