internal import ArgumentParser
internal import Envelope
internal import Platform
internal import Workspace

/// `sealwax rotate`.
struct RotateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Give sealed manifests new data keys.",
    discussion: """
      Seals every value anew under a new data key, for the recipients, with the cipher and the scope \
      that the policy or the options say; without either for those it is sealed for. Decrypting gives \
      back the same bytes as before.

      A run that was cut short goes on where it was when the same command is run again in the same \
      folder. Old ciphertext stays in git's history: a value that somebody has read has to be changed \
      at its source.

      EXAMPLES
        sealwax rotate --dry-run secrets/
        sealwax rotate secrets/
        sealwax rotate --older-than 90 .
      """)

  @OptionGroup var options: RewriteOptions

  @Option(
    help: ArgumentHelp(
      "Leave Secrets whose data key is younger than so many days.", valueName: "days"))
  var olderThan: Int?

  @Flag(help: "Do not go on with a run that was cut short: begin anew.")
  var restart = false

  func run() throws {
    var before: SealTime?
    if let olderThan {
      guard (0...36500).contains(olderThan) else {
        throw WorkspaceError(.usage, "--older-than takes a number of days, at most 36500")
      }
      before = SealTime(WallClock.timestamp(of: WallClock.seconds() - olderThan * 86400))
    }
    guard !options.dryRun else { return try run(before, now: .now) }
    let command = CommandLine.arguments.dropFirst().filter { $0 != "--restart" }
    let journal = RunJournal(command: Array(command), isNew: restart)
    if journal.isResumed {
      Console.note(
        "going on with the run that began \(journal.start.text) and was cut short; --restart begins "
          + "anew")
      before = min(before ?? journal.start, journal.start)
    }
    try run(before, now: max(journal.start, .now))
    journal.finish()
  }

  private func run(_ before: SealTime?, now: SealTime) throws {
    let settings = SettingsSource(try options.choices(), now: now)
    let ring = try options.identities.keyRing()
    try options.run(
      RewriteTask(.rotate(madeBefore: before), settings: settings, ring: ring),
      BatchConsole.Words(progress: "rotating", done: "rotated"))
  }
}
