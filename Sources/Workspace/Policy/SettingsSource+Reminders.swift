internal import Envelope
internal import Platform

/// What whoever changes a file should know of what the command line does not do.
extension SettingsSource {
  /// The first of them; nil for none.
  func reminder(
    _ item: InputItem, outputPath: String?, _ output: borrowing ManifestOutput
  ) -> String? {
    reminderOfKeptLayout(output, path: outputPath ?? item.path)
      ?? reminderToSign(item, outputPath: outputPath, output)
  }

  /// What to say when the command line names a cipher or a scope, and Secrets that are sealed already
  /// keep theirs.
  private func reminderOfKeptLayout(
    _ output: borrowing ManifestOutput, path: String
  ) -> String? {
    guard choices.cipher != nil || choices.scope != nil else { return nil }
    for unit in output.units {
      guard let cipher = unit.cipher, let scope = unit.scope else { continue }
      let isOther =
        (choices.cipher ?? cipher) != cipher || (choices.scope ?? scope) != scope
      guard isOther else { continue }
      return "\(escapedForTerminal(path)) keeps cipher \(cipher.rawValue) and scope "
        + "\(scope.rawValue): 'sealwax rotate' changes them"
    }
    return nil
  }

  /// What to say when the result of a file that was changed is not signed.
  private func reminderToSign(
    _ item: InputItem, outputPath: String?, _ output: borrowing ManifestOutput
  ) -> String? {
    guard choices.signer == nil, output.isChanged else { return nil }
    return SignatureReminder.warning(for: output.units) {
      (try? asksForSignature(item, outputPath: outputPath)) ?? false
    }
  }

  private func asksForSignature(
    _ item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> Bool {
    if let known = try settingsWithoutRules(for: item, outputPath: outputPath) {
      return !known.settings.trustedSigners.isEmpty
    }
    return try !trustedSigners(for: ruledPath(of: item, outputPath: outputPath)).isEmpty
  }
}
