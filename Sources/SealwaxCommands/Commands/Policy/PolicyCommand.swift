internal import ArgumentParser

/// `sealwax policy`.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "What .sealwax.yaml says, and whether it is kept to.",
    discussion: """
      'sealwax init' writes a policy; docs/policy.md tells what can stand in it.

      EXAMPLES
        sealwax policy check
        sealwax policy check --format junit > policy.xml
        sealwax policy explain secrets/db.yaml
      """,
    subcommands: [PolicyCheckCommand.self, PolicyExplainCommand.self])
}
