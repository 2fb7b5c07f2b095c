public import ArgumentParser
public import Envelope
internal import Workspace

extension CipherName: ExpressibleByArgument {}
extension SealScope: ExpressibleByArgument {}

/// Whom and how to seal for.
struct RecipientOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Whom to seal for: age1..., age1pq1..., ssh-ed25519 ..., or the name of a file in Keys/. Repeatable; instead of the policy's recipients.",
      valueName: "recipient"))
  var recipient: [String] = []

  @Option(
    name: [.customShort("R"), .long],
    help: ArgumentHelp("A file with recipients, one a line. Repeatable.", valueName: "file"),
    completion: .file())
  var recipientsFile: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file with a symmetric key-encryption key to seal for. Repeatable.", valueName: "file"),
    completion: .file())
  var kek: [String] = []

  @Option(help: "The cipher of the values: aes-256-gcm or secretbox.")
  var cipher: CipherName?

  @Option(
    help:
      "What values are bound to: strict (namespace and name), namespace or cluster (nothing).")
  var scope: SealScope?

  @Option(
    help: ArgumentHelp("A signing key, to prove who sealed it.", valueName: "file"),
    completion: .file())
  var signWith: String?

  /// The options that read standard input.
  var standardInputUses: [String] {
    StandardInputUse.of("--recipients-file", recipientsFile) + StandardInputUse.of("--kek", kek)
      + StandardInputUse.of("--sign-with", [signWith])
  }

  /// The choices, for the policy to fill up.
  func choices(nameOfStandardInput: String? = nil) throws(WorkspaceError)
    -> SettingsSource.Choices
  {
    var choices = SettingsSource.Choices()
    choices.recipients = try RecipientLoader.wrappers(
      texts: recipient, files: recipientsFile, kekFiles: kek)
    choices.cipher = cipher
    choices.scope = scope
    choices.signer = try signWith.map { file throws(WorkspaceError) in
      // What is sealed is known later: by then there would be a warning for every file.
      try SigningChoice.signer(file, file)
    }
    choices.nameOfStandardInput = nameOfStandardInput
    return choices
  }
}
