internal import Age
internal import CryptoCore
internal import Envelope
internal import Platform

/// Lists keys by their public parts.
public enum KeyListing {
  /// What is in files, signing keys, recipients and public signing keys included; without files, the
  /// identities where they usually are.
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
      if let found = try publicKeys(in: text, file) {
        keys += found
        continue
      }
      guard text.kind == .signingKey else {
        let ring =
          text.kind == .encryptedIdentities
          ? try opened(text, file, passphrases)
          : try KeyRing.load(text: text.bytes.bytes, origin: file, passphrases: passphrases)
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

  /// The recipients or public signing keys in a file of `Keys`; nil when it holds something else.
  ///
  /// - Throws: `.configuration` when a line is none.
  private static func publicKeys(
    in text: borrowing KeyFileText, _ file: String
  ) throws(WorkspaceError) -> [KeyRing.Key]? {
    func key(_ text: String, _ kind: String) -> KeyRing.Key {
      KeyRing.Key(
        kind: kind, recipient: text, origin: file, isDemo: DemoKeys.contains(text))
    }
    switch KeyFileKind.publicKind(of: text.bytes.bytes) {
    case .recipient:
      do {
        return try RecipientsFile.parse(text.bytes.bytes, interaction: TerminalInteraction())
          .map { key($0.text, "recipient") }
      } catch { throw WorkspaceError(error, path: file) }
    case .publicSigningKey:
      // Nothing secret begins so, and what is secret behind it is an error.
      return try KeyFiles.signers(inText: text.publicText, file)
        .map { key($0.text, "public signing key") }
    case nil: return nil
    }
  }

  /// What a file of identities that is encrypted with a passphrase holds: its recipients can only be
  /// told by opening it.
  private static func opened(
    _ text: borrowing KeyFileText, _ file: String, _ passphrases: PassphraseSource
  ) throws(WorkspaceError) -> KeyRing {
    let passphrase = try passphrases.passphrase(for: escapedForTerminal(file))
    var plaintext = WipedBuffer(capacity: text.bytes.count)
    do {
      try AgeFile.decrypt(
        text.bytes.bytes, identities: [ScryptIdentity(passphrase: passphrase)],
        appendingTo: &plaintext)
    } catch {
      throw error.code == .noMatch
        ? WorkspaceError(.noIdentity, "the passphrase is wrong", path: file)
        : WorkspaceError(error, path: file)
    }
    return try KeyRing.load(text: plaintext.bytes, origin: file, passphrases: passphrases)
  }
}
