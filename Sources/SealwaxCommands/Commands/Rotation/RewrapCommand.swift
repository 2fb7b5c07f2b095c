internal import ArgumentParser
internal import Envelope
internal import Workspace

/// `sealwax rewrap`.
struct RewrapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rewrap",
    abstract: "Give sealed manifests the recipients that the policy says.",
    discussion: """
      Wraps each Secret's data key for those of the policy, or of the options, and for nobody else. \
      Values keep their ciphertext, and Secrets that have the right recipients are left as they are. \
      Who is taken out may have kept the data key: rotate shuts them out of what is written from \
      then on, and what they have read has to be changed at its source.

      EXAMPLES
        sealwax rewrap --dry-run .
        sealwax rewrap secrets/
        sealwax rewrap -r alice -r bob secrets/db.yaml
      """)

  @OptionGroup var options: RewriteOptions

  func run() throws {
    let settings = SettingsSource(try options.choices())
    let ring = try options.identities.keyRing()
    try options.run(
      RewriteTask(.rewrap, settings: settings, ring: ring),
      BatchConsole.Words(progress: "rewrapping", done: "rewrapped"))
  }
}
