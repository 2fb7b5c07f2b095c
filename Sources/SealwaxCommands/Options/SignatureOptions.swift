internal import ArgumentParser
internal import Envelope
internal import Workspace

/// Whose signature is asked for.
struct SignatureOptions: ParsableArguments {
  @Flag(help: "Require a valid signature by one of the signers on every sealed Secret.")
  var requireSignature = false

  @Option(
    help: ArgumentHelp(
      "Whose signature counts: sealwaxsig1..., or a file with such keys. Repeatable.",
      valueName: "key"), completion: .file())
  var signer: [String] = []

  /// The signers; empty when no signature is required.
  func trustedSigners() throws(WorkspaceError) -> [SignatureVerifier] {
    guard requireSignature || signer.isEmpty else {
      throw WorkspaceError(.usage, "--signer goes with --require-signature")
    }
    guard requireSignature else { return [] }
    guard !signer.isEmpty else {
      throw WorkspaceError(
        .usage, "--require-signature needs to know whose: a signature by anybody proves nothing",
        hints: ["name the public signing key with --signer sealwaxsig1... or --signer FILE"])
    }
    return try KeyFiles.signers(signer)
  }
}
