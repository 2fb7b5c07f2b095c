internal import ArgumentParser
internal import CryptoCore
internal import EncryptionAtRest
internal import Platform
internal import Workspace

/// `sealwax at-rest generate`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write an EncryptionConfiguration with fresh keys.",
    discussion: """
      The first provider writes; 'identity' behind it reads what was stored before, until \
      everything has been rewritten. A new cluster has nothing to read and does without it \
      (--new-cluster). For a cluster that has a configuration already, or several API servers, \
      'sealwax at-rest plan' says in which order to go.

      EXAMPLES
        sealwax at-rest generate --output enc.yaml
        sealwax at-rest generate --provider aesgcm --resource secrets -o enc.yaml
        sealwax at-rest generate --provider kms --kms-name vault \\
          --kms-endpoint unix:///run/kms/vault.sock -o enc.yaml
      """)

  @OptionGroup(title: "Encryption") var options: ProviderOptions

  @Flag(help: "Leave 'identity' out: nothing has been stored yet.")
  var newCluster = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write a new file that only you can read; '-' is standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  func run() throws {
    try DestinationOptions.refuseEmpty(output, "--output")
    let file = OutputPlace.file(output)
    guard file != nil || !Terminal.isTerminal(1) else {
      throw WorkspaceError(
        .usage, "keys do not go to a terminal", hints: ["write a file with --output"])
    }
    let resources = try options.checkedResources()
    let goal: RotationGoal
    if let kms = try options.kms() {
      goal = .encryptWithKMS(kms)
    } else {
      goal = .encrypt(options.keyed ?? .secretbox)
    }
    let states = try PlanCommand.states(
      from: nil, to: goal, resources: resources.isEmpty ? ["secrets"] : resources)
    guard let configuration = newCluster ? states.final : states.writing else { return }
    let text = configuration.text()
    if let file { return try NewKey.write(text.bytes, to: file) }
    do { try Files.writeStandardOutput(text.bytes) } catch { throw WorkspaceError(writing: error) }
  }
}
