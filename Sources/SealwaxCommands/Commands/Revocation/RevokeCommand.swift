internal import ArgumentParser
internal import Envelope
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax revoke`.
struct RevokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Shut somebody out of a repository, and list what they could read.",
    discussion: """
      Takes recipients out of the policies, the rules of .sops.yaml and Keys, forbids them, and gives \
      new data keys to every Secret and SOPS file that they could open, also with a data key of an \
      earlier version. \
      Then says which values they could read, in all of git's history, that are still in use: these \
      credentials have to be changed at their source, and 'sealwax exposure' tells when it is done. \
      A run that was cut short is finished by the same command. See docs/revocation.md.

      EXAMPLES
        sealwax revoke --dry-run bob
        sealwax revoke bob
        sealwax revoke 'ssh-ed25519 AAAA...'
        sealwax revoke --json Keys/backup.kek > revoked.json
      """)

  @Argument(
    help:
      "Whom: a recipient or its name, the id of a key-encryption key, a file with one, or what SOPS files name: a fingerprint, an ARN, a URL.",
    completion: .file())
  var recipients: [String]

  @Option(
    help: ArgumentHelp(
      "Leave out of the list what is no secret: a pattern for keys. Repeatable.",
      valueName: "pattern"))
  var except: [String] = []

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @Option(
    help: ArgumentHelp("A signing key, to prove who sealed it.", valueName: "file"),
    completion: .file())
  var signWith: String?
  @OptionGroup(title: "Policy") var policy: PolicyOptions
  @OptionGroup(title: "Report") var report: ReportOptions

  @Flag(help: "Say what would be done, and do nothing.")
  var dryRun = false

  func run() throws {
    let folder = RepositoryRoot.folder()
    let ring = try identities.keyRing()
    var scan = try ExposureScan(try KeyMatch(recipients, policyIn: folder), ring: ring)
    scan.exceptions = try ExposureCommand.patterns(except)
    scan.worksWithoutRepository = true
    var exposure = try scan.run()
    if !exposure.hasHistory {
      Console.warning("this is no git repository: what they could read earlier is not known")
    }
    warnOfOneself(exposure, ring)
    let revocation = try Revocation(exposure, in: folder)
    let rules = try SOPSRevocation(exposure, in: folder)
    var choices = SettingsSource.Choices()
    choices.asksPolicy = !policy.ignorePolicy
    choices.signer = try signWith.map { file throws(WorkspaceError) in
      try KeyFiles.signingIdentity(file)
    }
    if !dryRun {
      try revocation.writePolicies()
      try rules.write()
    }
    if !report.json { say(revocation, rules) }
    let task = RevokeTask(
      exposure,
      settings: SettingsSource(choices, policies: revocation.futurePolicies), ring: ring)
    var files: [JSONValue] = []
    let failure = try rewrite(task, folder, &exposure, &files)
    // With a file that failed, the same command is to find out again whom it is about.
    if !dryRun, failure == nil { try revocation.writeKeyFiles() }
    let keyFiles = dryRun || failure == nil ? revocation.keyFiles : []
    if !report.json { say(keyFiles, left: revocation.keyFiles.count - keyFiles.count) }
    try tell(exposure, revocation, rules, files, keyFiles)
    for error in exposure.errors { Console.error(error) }
    if let failure { throw failure }
    if let error = exposure.errors.first { throw ExitCode(ExitStatus.of(error)) }
    if !dryRun, !exposure.openToday.isEmpty { throw ExitCode(ExitStatus.findings) }
  }

  /// Whoever shuts out the key at hand does not open anything afterwards.
  private func warnOfOneself(_ exposure: Exposure, _ ring: KeyRing) {
    let gone = Set(exposure.recipients.map { AgeRecipientText.decode($0.text) })
    let own = ring.keys.filter { key in key.recipient.map(gone.contains) ?? false }
    for key in own {
      Console.warning(
        "\(key.recipient ?? "") is your own: the identity in "
          + "\(key.origin == "-" ? "standard input" : escapedForTerminal(key.origin)) "
          + "\(dryRun ? "would open" : "opens") nothing here any more")
    }
    let isLast = !own.isEmpty && own.count == ring.keys.count
    if isLast { Console.hint("look first whether somebody else can open it: sealwax status") }
  }

  /// Gives manifests new data keys; returns the exit status of a failure.
  private func rewrite(
    _ task: RevokeTask, _ folder: String, _ exposure: inout Exposure, _ files: inout [JSONValue]
  ) throws -> ExitCode? {
    var options = report
    options.json = false
    options.quiet = report.quiet || report.json
    let words =
      dryRun
      ? BatchConsole.Words(progress: "looking at", done: "would have rotated")
      : BatchConsole.Words(progress: "rotating", done: "rotated")
    var console = BatchConsole(words, options: options)
    var failure: WorkspaceError?
    var rotated: [String] = []
    var paths: [String] = []
    let batch = ManifestBatch(task, destination: dryRun ? .nowhere : .inPlace, mode: 0o644)
    try batch.run(try InputPaths([folder])) { report in
      do throws(WorkspaceError) {
        var shown = report
        shown.keepUnits { $0.action == .rotated }
        if !shown.units.isEmpty || !shown.isUntouched { files.append(BatchConsole.json(shown)) }
        if case .written(let path) = report.result {
          rotated += shown.units.map(\.label)
          paths.append(path)
        }
        try console.add(shown)
      } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
    exposure.close(rotated, paths: paths)
    do { try console.finish() } catch let status as ExitCode { return status }
    return nil
  }

  /// What becomes of policies and `Keys`.
  private func say(_ revocation: Revocation, _ rules: SOPSRevocation) {
    guard !report.quiet else { return }
    let would = dryRun ? "would be " : ""
    for change in revocation.policies {
      let path = escapedForTerminal(change.path)
      if !change.removed.isEmpty {
        let names = change.removed.map { Console.label($0) }.joined(separator: ", ")
        Console.note("\(path): \(would)taken out: \(names)")
      }
      for text in change.forbidden {
        Console.note("\(path): \(would)forbidden: \(Console.label(text))")
      }
    }
    for change in rules.changes {
      let names = change.removed.map { Console.label($0) }.joined(separator: ", ")
      Console.note("\(escapedForTerminal(change.path)): \(would)taken out: \(names)")
    }
  }

  /// What became of `Keys`.
  private func say(_ keyFiles: [Revocation.KeyFileChange], left: Int) {
    guard !report.quiet else { return }
    let would = dryRun ? "would be " : ""
    for change in keyFiles {
      Console.note(
        "\(escapedForTerminal(change.path)): \(would)\(change.isRemoved ? "removed" : "shortened")")
    }
    if left > 0 {
      Console.note(
        "\(Plural.of(left, "file")) in Keys left: run the same command again when no file fails")
    }
  }

  private func tell(
    _ exposure: Exposure, _ revocation: Revocation, _ rules: SOPSRevocation,
    _ files: [JSONValue], _ keyFiles: [Revocation.KeyFileChange]
  ) throws(WorkspaceError) {
    guard report.json else {
      return try Console.print(ExposureText.text(exposure, isVerbose: report.verbose))
    }
    let policies = revocation.policies.map { change in
      JSONValue.object([
        ("file", .string(change.path)),
        ("removed", .array(change.removed.map { .string($0) })),
        ("forbidden", .array(change.forbidden.map { .string($0) })),
      ])
    }
    let sopsRules = rules.changes.map { change in
      JSONValue.object([
        ("file", .string(change.path)), ("removed", .array(change.removed.map { .string($0) })),
      ])
    }
    let keyFiles = keyFiles.map { change in
      JSONValue.object([("file", .string(change.path)), ("removed", .bool(change.isRemoved))])
    }
    try Console.print(
      JSONValue.object([
        ("dryRun", .bool(dryRun)), ("policies", .array(policies)),
        ("sopsRules", .array(sopsRules)),
        ("keyFiles", .array(keyFiles)), ("files", .array(files)),
        ("exposure", ExposureJSON.value(exposure)),
      ]).text() + "\n")
  }
}
