internal import ArgumentParser
internal import Envelope
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax kek rotate`.
struct KEKRotateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Put a new key-encryption key in the place of an old one, and move everything to it.",
    discussion: """
      Makes the new key in a file beside the old one, never over a file that is there; has the \
      policies name it in the old one's place; and wraps the data keys of all Secrets in the \
      repository that lie under the old one for the recipients that the policy says now. Values keep \
      their ciphertext. Both keys are good meanwhile. When nothing lies under the old one, the policies \
      retire it: what comes back under it, as from an old branch, is refused, and this command with the \
      same key moves it.

      A run that was cut short goes on where it was when the same command is run again. The old key is \
      not deleted: older commits need it. Whoever has a copy of it keeps what they could open: if it \
      was lost, use 'sealwax revoke'. See docs/policy.md.

      EXAMPLES
        sealwax kek rotate --dry-run prod.kek
        sealwax kek rotate prod.kek
        sealwax kek rotate --no-retire aes-256-gcm:0123456789abcdef
        sealwax kek rotate --with /run/secrets/new.kek /run/secrets/prod.kek
      """)

  @Argument(
    help: "The old key: its file, its id, or its name in the policy.", completion: .file())
  var key: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The new key's file, instead of one beside the old.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp("Take a new key that is there, instead of making one.", valueName: "file"),
    completion: .file())
  var with: String?

  @Flag(help: "Do not retire the old key yet: other branches may still need it.")
  var noRetire = false

  @Option(
    help: ArgumentHelp("A signing key, to prove who sealed it.", valueName: "file"),
    completion: .file())
  var signWith: String?

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures that they must have") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions
  @OptionGroup(title: "Report") var report: ReportOptions

  @Flag(help: "Say what would be done, and do nothing.")
  var dryRun = false

  func run() throws {
    try DestinationOptions.refuseEmpty(output, "--output")
    guard output == nil || with == nil else {
      throw WorkspaceError(.usage, "--output and --with exclude each other")
    }
    guard let today = CalendarDate(WallClock.timestamp().prefix(10)) else {
      throw WorkspaceError(.other, "the clock says no day of the calendar")
    }
    let folder = try KEKRotation.folder()
    var rotation = try KEKRotation(key, in: folder, output: output, given: with, today: today)
    let wasBegun = rotation.isBegun
    let before = try census(folder, rotation)
    var told = Told(before: before.secretCount, remaining: before)
    if dryRun {
      say(rotation, wasBegun: wasBegun)
    } else {
      try rotation.begin()
      say(rotation, wasBegun: wasBegun)
      let failure = try move(rotation, folder, &told)
      told.remaining = try census(folder, rotation)
      let isSpent = failure == nil && told.remaining.secretCount == 0
      if isSpent, !noRetire { try rotation.retire() }
      if let failure {
        try tell(rotation, told)
        throw failure
      }
    }
    try tell(rotation, told)
    if !dryRun, told.remaining.secretCount > 0 { throw ExitCode(ExitStatus.findings) }
  }

  /// What there is to tell in the end.
  private struct Told {
    let before: Int
    var remaining: KEKCensus.Count
    var files: [JSONValue] = []
  }

  /// What lies under the old key; it is not retired on the word of files that cannot be read.
  private func census(
    _ folder: String, _ rotation: KEKRotation
  ) throws -> KEKCensus.Count {
    let census = try KEKCensus(of: folder)
    for error in census.errors { Console.error(error) }
    if let error = census.errors.first { throw ExitCode(ExitStatus.of(error)) }
    return census.count(of: rotation.old)
  }

  /// Moves manifests; returns the exit status of a failure.
  private func move(
    _ rotation: KEKRotation, _ folder: String, _ told: inout Told
  ) throws -> ExitCode? {
    var choices = SettingsSource.Choices()
    choices.asksPolicy = !policy.ignorePolicy
    choices.trustedSigners = try signatures.trustedSigners()
    choices.signer = try signWith.map { file throws(WorkspaceError) in
      try KeyFiles.signingIdentity(file)
    }
    let task = KEKMoveTask(
      rotation, settings: SettingsSource(choices), ring: try identities.keyRing())
    var options = report
    options.json = false
    options.quiet = report.quiet || report.json
    var console = BatchConsole(
      BatchConsole.Words(progress: "moving", done: "moved"), options: options)
    var files: [JSONValue] = []
    var failure: WorkspaceError?
    try ManifestBatch(task, destination: .inPlace, mode: 0o644).run(try InputPaths([folder])) {
      report in
      do throws(WorkspaceError) {
        var shown = report
        shown.keepUnits { $0.action == .rewrapped }
        if !shown.units.isEmpty || !shown.isUntouched { files.append(BatchConsole.json(shown)) }
        try console.add(shown)
      } catch { failure = failure ?? error }
    }
    told.files = files
    if let failure { throw failure }
    do { try console.finish() } catch let status as ExitCode { return status }
    return nil
  }

  /// What becomes of the key and of policies.
  private func say(_ rotation: KEKRotation, wasBegun: Bool) {
    guard !report.quiet, !report.json, !wasBegun, let newFile = rotation.newFile else { return }
    let would = dryRun ? "would be " : ""
    let id = rotation.replacement.map { ", \($0)" } ?? ""
    let made = with == nil ? "\(would)made" : "\(would)taken"
    Console.note("\(escapedForTerminal(newFile)): \(made)\(id)")
    for path in rotation.policies {
      Console.note("\(escapedForTerminal(path)): \(would)changed, to name it")
    }
    if !dryRun, rotation.isNewFileOpenToGit {
      Console.warning(
        "git would take in \(escapedForTerminal(newFile)): have it ignored before you add files")
    }
  }

  private func tell(_ rotation: KEKRotation, _ told: Told) throws(WorkspaceError) {
    guard !report.json else { return try Console.print(json(rotation, told).text() + "\n") }
    guard !report.quiet || told.remaining.secretCount > 0 else { return }
    let count = Plural.of(told.remaining.secretCount, "Secret")
    guard !dryRun else {
      return Console.note(
        "\(rotation.label): \(count) would be moved, and then it would be retired")
    }
    for path in told.remaining.files {
      Console.warning("\(escapedForTerminal(path)) still lies under \(rotation.label)")
    }
    let end =
      rotation.isRetired
      ? "it is retired"
      : told.remaining.secretCount == 0
        ? "not retired yet: the same command without --no-retire does" : "not retired"
    Console.note("\(rotation.label): \(count) left under it, \(end)")
  }

  private func json(_ rotation: KEKRotation, _ told: Told) -> JSONValue {
    .object([
      ("dryRun", .bool(dryRun)), ("key", .string(rotation.old)),
      ("replacedBy", .optional(rotation.replacement)), ("file", .optional(rotation.newFile)),
      ("policies", .array(rotation.policies.map { .string($0) })),
      ("before", .number(told.before)), ("files", .array(told.files)),
      ("remaining", .number(told.remaining.secretCount)), ("retired", .bool(rotation.isRetired)),
    ])
  }
}
