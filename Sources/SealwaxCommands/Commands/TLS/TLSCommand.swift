internal import ArgumentParser

/// `sealwax tls`.
struct TLSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tls",
    abstract: "Look into a cluster's certificates and encryption in transit.",
    subcommands: [TLSCheckCommand.self, CoverageCommand.self])
}
