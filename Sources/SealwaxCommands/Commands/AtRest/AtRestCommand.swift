internal import ArgumentParser

/// `sealwax at-rest`.
struct AtRestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "at-rest",
    abstract: "Look into a cluster's encryption at rest.",
    subcommands: [
      CheckCommand.self, SnapshotCommand.self, SnapshotDecryptCommand.self, GenerateCommand.self,
      PlanCommand.self,
    ])
}
