internal import ArgumentParser
internal import Workspace

/// `sealwax encrypt`.
struct EncryptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encrypt",
    abstract: "Seal the Secrets of manifests.",
    discussion: """
      Seals every value and comment under data and stringData, and leaves every other byte. \
      Documents of other kinds and Secrets that are sealed already stay as they are. Recipients, \
      cipher and scope come from the options, else from .sealwax.yaml. Where the nearest rule for a \
      file is one of a .sops.yaml, or with --format sops, the whole file is encrypted as SOPS does.

      When an earlier sealed version is at hand (the output file, or the file in git's HEAD) and an \
      identity opens it, unchanged values keep their ciphertext.

      EXAMPLES
        sealwax encrypt --in-place secrets/
        sealwax encrypt -r age1... secret.yaml > sealed.yaml
        kubectl create secret generic db --from-file=password \\
          --dry-run=client -o yaml | sealwax encrypt -r age1... -
      """)

  @Argument(
    help: "Manifests, folders, patterns such as 'secrets/**/*.yaml', or '-'.",
    completion: .file())
  var paths: [String]

  @OptionGroup(title: "Recipients") var recipients: RecipientOptions
  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures of the earlier version") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions
  @OptionGroup(title: "Output") var output: DestinationOptions
  @OptionGroup(title: "Report") var report: ReportOptions

  @Option(
    help: ArgumentHelp(
      "sealwax or sops; without it what the nearest .sealwax.yaml or .sops.yaml with a rule for the file is of.",
      valueName: "format"))
  var format: FileFormat?

  @Flag(help: "Do not look at git's HEAD for the earlier version of a file.")
  var noGit = false

  @Flag(help: "Seal although an annotation repeats the values in the clear.")
  var allowPlaintextElsewhere = false

  @Option(
    help: ArgumentHelp(
      "The path by which standard input is looked up in the policy; its name is that of the result in --output-dir.",
      valueName: "path"), completion: .file())
  var stdinName: String?

  func run() throws {
    let inputs = try InputPaths(paths, standardInputName: stdinName)
    try StandardInputUse.check(
      paths, identities.standardInputUses, recipients.standardInputUses)
    let destination = try output.destination(for: inputs)
    try output.check(report, destination, inputs)
    var choices = try recipients.choices(nameOfStandardInput: stdinName)
    choices.trustedSigners = try signatures.trustedSigners()
    choices.asksPolicy = !policy.ignorePolicy
    choices.format = format
    choices.allowsPlaintextElsewhere = allowPlaintextElsewhere
    let ring =
      identities.identity.isEmpty ? KeyRing.loadQuietly() : try identities.keyRing()
    let settings = SettingsSource(choices)
    let task = SealTask(
      settings: settings, ring: ring, usesGit: !noGit)
    var console = BatchConsole(
      BatchConsole.Words(progress: "sealing", done: "sealed"), options: report)
    try BatchRun.run(
      ManifestBatch(task, destination: destination, mode: 0o644), inputs, console: &console)
  }
}

/// Runs a batch and tells about it.
enum BatchRun {
  static func run<Task: ManifestTask>(
    _ batch: ManifestBatch<Task>, _ inputs: InputPaths, console: inout BatchConsole
  ) throws {
    var failure: WorkspaceError?
    try batch.run(inputs) { report in
      guard failure == nil else { return }
      do throws(WorkspaceError) { try console.add(report) } catch { failure = error }
    }
    if let failure { throw failure }
    try console.finish()
  }
}
