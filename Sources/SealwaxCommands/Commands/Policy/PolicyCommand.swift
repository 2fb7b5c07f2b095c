internal import ArgumentParser

/// `sealwax policy`.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "What .sealwax.yaml says, and whether it is kept to.",
    subcommands: [PolicyCheckCommand.self, PolicyExplainCommand.self])
}
