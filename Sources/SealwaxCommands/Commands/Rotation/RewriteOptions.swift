internal import ArgumentParser
internal import Workspace

/// What commands have in common that change sealed manifests where they are.
struct RewriteOptions: ParsableArguments {
  @Argument(
    help:
      "Sealed manifests, folders, patterns; '-' takes one from standard input to standard output.",
    completion: .file())
  var paths: [String]

  @OptionGroup(title: "Recipients") var recipients: RecipientOptions
  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures that they must have") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions
  @OptionGroup(title: "Report") var report: ReportOptions

  @Flag(help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "The path by which standard input is looked up in the policy.", valueName: "path"),
    completion: .file())
  var stdinName: String?

  /// What the options say of whom to seal for.
  func choices() throws(WorkspaceError) -> SettingsSource.Choices {
    try StandardInputUse.check(
      paths, identities.standardInputUses, recipients.standardInputUses)
    var choices = try recipients.choices(nameOfStandardInput: stdinName)
    choices.trustedSigners = try signatures.trustedSigners()
    choices.asksPolicy = !policy.ignorePolicy
    return choices
  }

  /// Runs a task on the files, in place.
  func run(_ task: some ManifestTask, _ words: BatchConsole.Words) throws {
    let inputs = try InputPaths(paths)
    let destination: Destination = dryRun ? .nowhere : .inPlace
    guard !report.json || dryRun || !paths.contains("-") else {
      throw WorkspaceError(
        .usage, "--json reports on standard output, where the result would go")
    }
    let shown =
      dryRun
      ? BatchConsole.Words(progress: "looking at", done: "would have \(words.done)") : words
    var console = BatchConsole(shown, options: report)
    try BatchRun.run(
      ManifestBatch(task, destination: destination, mode: 0o644), inputs, console: &console)
  }
}
