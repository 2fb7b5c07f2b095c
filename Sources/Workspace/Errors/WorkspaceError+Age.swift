public import Age
internal import Platform

extension WorkspaceError {
  /// What is wrong with an identity, a recipient or an age file.
  public init(_ error: AgeError, path: String? = nil) {
    self.init(WorkspaceError.kind(of: error), "\(error)", path: path)
    if error.code == .wrongPassphrase, message.contains("\(PlatformError.Code.noTerminal)") {
      hints = ["give the passphrase with --passphrase-file FILE"]
    }
  }

  private static func kind(of error: AgeError) -> Kind {
    switch error.code {
    case .noMatch, .wrongPassphrase, .pluginFailed: .noIdentity
    case .noRecipients, .incompatibleRecipients, .malformedRecipient, .malformedIdentity,
      .unsupported:
      .configuration
    case .cryptoFailure: .other
    case .platform: .inputOutput
    default: .malformed
    }
  }
}
