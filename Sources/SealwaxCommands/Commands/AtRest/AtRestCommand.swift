internal import ArgumentParser

/// `sealwax at-rest`.
struct AtRestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "at-rest",
    abstract: "Look into a cluster's encryption at rest.",
    discussion: """
      EXAMPLES
        sealwax at-rest check /etc/kubernetes/enc/enc.yaml
        sealwax at-rest snapshot --config enc.yaml backup.db
        sealwax at-rest plan --from enc.yaml --output-dir plan
      """,
    subcommands: [
      CheckCommand.self, SnapshotCommand.self, SnapshotDecryptCommand.self, GenerateCommand.self,
      PlanCommand.self,
    ])
}
