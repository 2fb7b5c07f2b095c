internal import ArgumentParser
internal import Platform
internal import SealedSecretFormat
internal import Workspace

/// The form of the result.
enum FormChoice: String, ExpressibleByArgument, CaseIterable {
  case plain, sealed, sops, sealedsecret

  var form: SecretForm {
    switch self {
    case .plain: .plain
    case .sealed: .sealed
    case .sops: .sops
    case .sealedsecret: .sealedSecret
    }
  }
}

/// `sealwax convert`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Bring Secrets from any form into one: plain, sealed, SOPS, SealedSecret.",
    discussion: """
      What a file is now shows from the file; several forms may be mixed. First everything is done \
      without writing: every file opened, brought into the new form, and the result opened again \
      and compared. Only when all files pass they are replaced, each whole. --dry-run stops in \
      between and says what would be done. SealedSecrets have no place for comments on values: a \
      warning names those that are lost.

      Plaintext is not written where git would take it in: in a work tree, unless ignored.

      EXAMPLES
        sealwax convert --to sealed --dry-run secrets/
        sealwax convert --to sealed -r age1... secrets/
        sealwax convert --to sealedsecret --cert controller.pem \\
          --key keys.yaml secrets/
        sealwax convert --to plain --output-dir /dev/shm/out secrets/
      """)

  @Argument(
    help: "Manifests, folders, patterns; '-' takes one from standard input to standard output.",
    completion: .file())
  var paths: [String]

  @Option(help: ArgumentHelp("plain, sealed, sops or sealedsecret.", valueName: "form"))
  var to: FormChoice

  @Flag(help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Write the results into a folder, under the same names, and leave the files.",
      valueName: "folder"), completion: .directory)
  var outputDir: String?

  @OptionGroup(title: "Recipients, for sealed and sops") var recipients: RecipientOptions
  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  @Option(
    help: ArgumentHelp("The controller's certificate, for sealedsecret.", valueName: "file|url"),
    completion: .file())
  var cert: String?

  @Option(
    help: ArgumentHelp(
      "What SealedSecrets' values are bound to; what annotations say when left out.",
      valueName: "scope"))
  var sealedSecretScope: ScopeChoice?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The namespace of Secrets that name none, for sealedsecret.", valueName: "namespace"))
  var namespace: String?

  @OptionGroup(title: "The controller's private keys") var keys: UnsealingKeyOptions

  @Flag(help: "Replace files although no key at hand opens the results.")
  var allowUnverified = false

  @Flag(help: "Write plaintext where git would take it in.")
  var allowPlaintextInGit = false

  @OptionGroup(title: "Report") var report: ReportOptions

  func run() throws {
    try DestinationOptions.refuseEmpty(outputDir, "--output-dir")
    try StandardInputUse.check(
      paths, identities.standardInputUses, recipients.standardInputUses, keys.standardInputUses)
    try refuseUnused()
    let inputs = try InputPaths(paths)
    let isStream = inputs.isStandardInput
    if outputDir != nil {
      try DestinationOptions.refuseNameless(
        inputs, "leave out --output-dir: its result goes to standard output")
    }
    DestinationOptions.tellOfOutputFolder(outputDir, inputs, report)
    guard !report.json || dryRun || !isStream else {
      throw WorkspaceError(
        .usage, "--json reports on standard output, where the result would go")
    }
    var choices = try recipients.choices()
    choices.asksPolicy = !policy.ignorePolicy
    let task = ConversionTask(try settings(), choices: choices)
    let destination = outputDir.map { Destination.folder($0) } ?? .inPlace
    if !isStream, !dryRun { try plan(task, inputs) }
    let words =
      dryRun
      ? BatchConsole.Words(progress: "looking at", done: "would have converted")
      : BatchConsole.Words(progress: "converting", done: "converted")
    var console = BatchConsole(words, options: report, isBrief: isStream && !dryRun)
    try BatchRun.run(
      ManifestBatch(
        dryRun ? task.planning(for: outputDir) : task,
        destination: dryRun ? .nowhere : destination, mode: to == .plain ? 0o600 : 0o644),
      inputs, console: &console)
  }

  /// Refuses options that the form has no use for.
  private func refuseUnused() throws(WorkspaceError) {
    if to != .sealedsecret {
      for (name, isGiven) in [
        ("--sealed-secret-scope", sealedSecretScope != nil), ("--namespace", namespace != nil),
      ] where isGiven {
        throw WorkspaceError(.usage, "\(name) is for --to sealedsecret")
      }
    }
    guard to == .plain || to == .sealedsecret else { return }
    let given = [
      ("--recipient", !recipients.recipient.isEmpty),
      ("--recipients-file", !recipients.recipientsFile.isEmpty),
      ("--kek", !recipients.kek.isEmpty), ("--cipher", recipients.cipher != nil),
      ("--scope", recipients.scope != nil), ("--sign-with", recipients.signWith != nil),
    ]
    for (name, isGiven) in given where isGiven {
      throw WorkspaceError(.usage, "\(name) is for --to sealed and --to sops")
    }
  }

  /// Does everything but writing; nothing is written when a file fails.
  private func plan(_ task: ConversionTask, _ inputs: InputPaths) throws {
    var failures: [WorkspaceError] = []
    var reports: [FileReport] = []
    try ManifestBatch(task.planning(for: outputDir), destination: .nowhere, mode: 0o600)
      .run(inputs) { found in
        if case .failed(let error) = found.result { failures.append(error) }
        if report.json { reports.append(found) }
      }
    guard let first = failures.first else { return }
    if report.json { try print(reports) }
    for failure in failures.prefix(20) { Console.error(failure) }
    Console.note("nothing was written: \(Plural.of(failures.count, "file")) failed")
    throw ExitCode(ExitStatus.of(first))
  }

  private func print(_ reports: [FileReport]) throws(WorkspaceError) {
    var output = JSONArrayOutput()
    for report in reports { try output.append(BatchConsole.json(report)) }
    try output.close()
  }

  private func settings() throws(WorkspaceError) -> ConversionTask.Settings {
    var settings = ConversionTask.Settings(to: to.form, ring: try identities.keyRing())
    settings.signers = try policy.requiredSigners(signatures)
    settings.allowsUnverified = allowUnverified
    settings.allowsPlaintextInGit = allowPlaintextInGit
    if !keys.files.isEmpty { settings.unsealing = try keys.keys(for: "convert") }
    guard let cert else {
      guard to != .sealedsecret else {
        throw WorkspaceError(
          .usage, "nothing says whom to seal for",
          hints: ["name the controller's certificate with --cert FILE"])
      }
      return settings
    }
    guard to == .sealedsecret else {
      throw WorkspaceError(.usage, "--cert is for --to sealedsecret")
    }
    if let warning = CertificateLoader.warning(for: cert) { Console.warning(warning) }
    let certificate = try CertificateLoader.load(cert)
    if let warning = CertificateLoader.warning(of: certificate) { Console.warning(warning) }
    var sealing = SealedSecretSealer.Settings(key: certificate.key)
    sealing.scope = sealedSecretScope?.scope
    sealing.namespace = namespace
    settings.sealer = SealedSecretSealer(sealing)
    return settings
  }
}
