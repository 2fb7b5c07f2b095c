internal import ArgumentParser
internal import CryptoCore
internal import Platform
internal import Workspace

/// `sealwax mask`.
struct MaskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mask",
    abstract: "Have a pipeline's log mask the values of sealed Secrets.",
    discussion: """
      Writes a command for each line of each value, which the runner of GitHub Actions or Azure \
      Pipelines reads from standard output and does not show. The commands hold the values: they are \
      not written to a terminal, and only within such a pipeline or when it is named. For GitLab, \
      which has none, see 'sealwax exec --mask gitlab'.

      EXAMPLES
        sealwax mask secrets/
        sealwax mask --for azure secrets/db.yaml
      """)

  @Argument(help: "Sealed manifests, folders, patterns, or '-'.", completion: .file())
  var paths: [String]

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("github or azure; without it which one this is.", valueName: "pipeline"))
  var pipeline = MaskChoice.auto

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  func run() throws {
    let format = try pipeline.format()
    guard format != .gitlab else {
      throw WorkspaceError(
        .usage, "GitLab has no command that masks a value which a job comes to know",
        hints: ["run what uses the values with 'sealwax exec --mask gitlab'"])
    }
    let inputs = try InputPaths(paths)
    try StandardInputUse.check(paths, identities.standardInputUses)
    try MaskCommand.refuseTerminal()
    let ring = try identities.keyRing()
    var values = OpenedValues()
    try values.add(inputs, ring: ring, signers: try policy.requiredSigners(signatures))
    try MaskCommand.write(values, for: format)
  }

  /// Writes the commands, if the pipeline has such.
  static func write(
    _ values: borrowing OpenedValues, for format: MaskFormat
  ) throws(WorkspaceError) {
    guard format != .gitlab, let text = MaskCommands.text(values, for: format) else { return }
    try refuseTerminal()
    do { try Files.writeStandardOutput(text.bytes) } catch { throw WorkspaceError(writing: error) }
  }

  private static func refuseTerminal() throws(WorkspaceError) {
    guard Terminal.isTerminal(1) else { return }
    throw WorkspaceError(
      .usage, "the commands hold the values, and standard output is a terminal",
      hints: ["they are for the runner of a pipeline"])
  }
}
