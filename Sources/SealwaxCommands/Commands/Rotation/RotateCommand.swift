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
      folder. Files that fail keep their data keys: name them again by themselves. Old ciphertext \
      stays in git's history: a value that somebody has read has to be changed at its source.

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
    let choices = try options.choices()
    let ring = try options.identities.keyRing()
    guard !options.dryRun else {
      let task = RewriteTask(
        .rotate(madeBefore: before, orAfter: .tomorrow),
        settings: SettingsSource(choices, now: .now), ring: ring)
      return try run(task)
    }
    let command = CommandLine.arguments.dropFirst().filter { $0 != "--restart" }
    let journal = RunJournal(command: Array(command), isNew: restart)
    if journal.isResumed {
      Console.note(
        "going on with the run that began \(journal.start.text) and was cut short; --restart begins "
          + "anew")
      before = min(before ?? journal.start, journal.start)
    }
    let now = max(journal.start, .now)
    // What a run made that was cut short it made until now; the clocks of others may be fast.
    let after = journal.isResumed && olderThan == nil ? now : max(now, .tomorrow)
    let task = RewriteTask(
      .rotate(madeBefore: before, orAfter: after), settings: SettingsSource(choices, now: now),
      ring: ring)
    // Files that fail do not cut it short: they keep their keys, and another run rotates all.
    defer { journal.finish() }
    try run(task)
  }

  private func run(_ task: RewriteTask) throws {
    try options.run(task, BatchConsole.Words(progress: "rotating", done: "rotated"))
  }
}
