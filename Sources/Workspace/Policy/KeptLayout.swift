internal import Envelope
internal import Platform

extension SettingsSource {
  /// What to say when the command line names a cipher or a scope, and Secrets that are sealed already
  /// keep theirs.
  func reminderOfKeptLayout(
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
}
