internal import CryptoCore
internal import Envelope

/// Lists keys by their public parts.
public enum KeyListing {
  /// What is in files, signing keys included; without files, the identities where they usually are.
  ///
  /// An identity file that is encrypted with a passphrase is opened when a passphrase can be had.
  ///
  /// - Throws: as `KeyRing.load`.
  public static func keys(
    in files: [String], passphrases: PassphraseSource
  ) throws(WorkspaceError) -> (keys: [KeyRing.Key], warnings: [String]) {
    guard !files.isEmpty else {
      let ring = try KeyRing.load(files: [], passphrases: passphrases)
      return (ring.keys, ring.warnings)
    }
    var keys: [KeyRing.Key] = []
    var warnings: [String] = []
    for file in files {
      let text = try KeyFileText(file)
      guard text.kind == .signingKey else {
        let ring = try KeyRing.load(text: text.bytes.bytes, origin: file, passphrases: passphrases)
        keys += ring.keys
        warnings += ring.warnings
        continue
      }
      do {
        let verifier = try SigningIdentity(text: text.bytes.bytes).verifier.text
        keys.append(
          KeyRing.Key(
            kind: "signing key", recipient: verifier, origin: file,
            isDemo: DemoKeys.contains(verifier)))
      } catch { throw WorkspaceError(error, path: file) }
    }
    return (keys, warnings)
  }
}
