internal import ArgumentParser

/// `sealwax kek`.
struct KEKCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kek", abstract: "Symmetric key-encryption keys: what lies under them, rotation.",
    subcommands: [KEKListCommand.self, KEKRotateCommand.self])
}
