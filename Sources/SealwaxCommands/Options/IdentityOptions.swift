internal import ArgumentParser
internal import Workspace

/// Which secrets to open with.
struct IdentityOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A file with identities: age, SSH, or a key-encryption key. Repeatable; '-' reads it from standard input.",
      discussion:
        "Without it: SEALWAX_IDENTITY, SEALWAX_IDENTITY_FILE, the user's sealwax/keys.txt, and SOPS's SOPS_AGE_KEY, SOPS_AGE_KEY_FILE and sops/age/keys.txt.",
      valueName: "file"),
    completion: .file())
  var identity: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file whose first line is the passphrase of an identity or file.", valueName: "file"),
    completion: .file())
  var passphraseFile: String?

  /// The options that read standard input.
  var standardInputUses: [String] {
    StandardInputUse.of("--identity", identity)
      + StandardInputUse.of("--passphrase-file", [passphraseFile])
  }

  /// All secrets that are named, or found where they usually are.
  func keyRing() throws(WorkspaceError) -> KeyRing {
    let ring = try KeyRing.load(
      files: identity, passphrases: PassphraseSource(file: passphraseFile))
    for warning in ring.warnings { Console.warning(warning) }
    return ring
  }

  /// The same for what git runs: nobody is asked, and what cannot be loaded is said and left out.
  func quietKeyRing() throws(WorkspaceError) -> KeyRing {
    guard identity.isEmpty else { return try keyRing() }
    do throws(WorkspaceError) {
      return try KeyRing.load(
        files: [], passphrases: PassphraseSource(file: passphraseFile, mayAsk: false))
    } catch {
      Console.warning(error)
      return .empty
    }
  }
}
