internal import ArgumentParser

/// `sealwax kek`.
struct KEKCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kek", abstract: "Symmetric key-encryption keys: what lies under them, rotation.",
    discussion: """
      EXAMPLES
        sealwax keygen --kek -o Keys/prod.kek   a new key, to be kept out of git
        sealwax kek list
        sealwax kek rotate prod.kek
      """,
    subcommands: [KEKListCommand.self, KEKRotateCommand.self])
}
