internal import ArgumentParser

/// `sealwax git`.
struct GitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "git",
    abstract: "Keep plaintext out of a git repository.",
    subcommands: [PrecommitCommand.self])
}
