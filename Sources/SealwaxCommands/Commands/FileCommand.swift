internal import ArgumentParser
internal import Platform
internal import Workspace

/// `sealwax file`.
struct FileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "file",
    abstract: "Encrypt and decrypt any file, in age's format.",
    discussion: """
      EXAMPLES
        sealwax file encrypt -r age1... -o backup.age backup.tar
        sealwax file decrypt -i key.txt -o backup.tar backup.age
      """,
    subcommands: [FileEncryptCommand.self, FileDecryptCommand.self])
}

/// `sealwax file encrypt`.
struct FileEncryptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encrypt",
    abstract: "Encrypt a file in age's format.",
    discussion: """
      EXAMPLES
        sealwax file encrypt -r age1... -o backup.age backup.tar
        tar c . | sealwax file encrypt --passphrase -o all.age -
      """)

  @Argument(help: "The file, or '-'.", completion: .file())
  var path = "-"

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Whom to encrypt for. Repeatable.", valueName: "recipient"))
  var recipient: [String] = []

  @Option(
    name: [.customShort("R"), .long],
    help: ArgumentHelp("A file with recipients, one a line. Repeatable.", valueName: "file"),
    completion: .file())
  var recipientsFile: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A file with identities, whose recipients count too. Repeatable.", valueName: "file"),
    completion: .file())
  var identity: [String] = []

  @Flag(name: .shortAndLong, help: "Encrypt with a passphrase, asked for on the terminal.")
  var passphrase = false

  @Option(
    help: ArgumentHelp(
      "The same, with the first line of a file.", valueName: "file"), completion: .file())
  var passphraseFile: String?

  @Flag(name: .shortAndLong, help: "Write ASCII text instead of binary.")
  var armor = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write; '-' is standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  func run() throws {
    try DestinationOptions.refuseEmpty(output, "--output")
    try StandardInputUse.check(
      [path], StandardInputUse.of("--recipients-file", recipientsFile),
      StandardInputUse.of("--identity", identity),
      StandardInputUse.of("--passphrase-file", [passphraseFile]))
    let job = try AgeFileJob(input: path, output: OutputPlace.file(output))
    let isNamed = !recipient.isEmpty || !recipientsFile.isEmpty || !identity.isEmpty
    let usesPassphrase = passphrase || passphraseFile != nil
    guard !(isNamed && usesPassphrase) else {
      throw WorkspaceError(.usage, "a passphrase goes alone, without recipients")
    }
    guard armor || output != nil || !Terminal.isTerminal(1) else {
      throw WorkspaceError(
        .usage, "binary does not go to a terminal",
        hints: ["write to a file with --output, or text with --armor; -o - insists"])
    }
    let recipients: AgeRecipients
    if usesPassphrase {
      recipients = try AgeRecipients(passphrases: PassphraseSource(file: passphraseFile))
    } else {
      let ring =
        identity.isEmpty
        ? KeyRing.empty
        : try KeyRing.load(files: identity, passphrases: PassphraseSource(file: nil))
      recipients = try AgeRecipients(
        texts: recipient, files: recipientsFile, identitiesOf: ring)
    }
    if recipients.hasDemoKey, !DemoKeys.areFine(for: output ?? path) {
      Console.warning(DemoKeys.warning)
    }
    try job.encrypt(for: recipients, isArmored: armor)
  }
}

/// `sealwax file decrypt`.
struct FileDecryptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decrypt",
    abstract: "Decrypt a file in age's format, binary or armored.",
    discussion: """
      A file that was encrypted with a passphrase asks for it.

      EXAMPLES
        sealwax file decrypt -i key.txt -o backup.tar backup.age
        sealwax file decrypt backup.age | tar t
      """)

  @Argument(help: "The file, or '-'.", completion: .file())
  var path = "-"

  @OptionGroup(title: "Identities") var identities: IdentityOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write; '-' is standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  func run() throws {
    try DestinationOptions.refuseEmpty(output, "--output")
    try StandardInputUse.check([path], identities.standardInputUses)
    let job = try AgeFileJob(input: path, output: OutputPlace.file(output))
    let ring = try identities.keyRing()
    ring.warnOfDemoKeys(path)
    try job.decrypt(
      with: ring,
      passphrases: PassphraseSource(file: identities.passphraseFile))
  }
}
