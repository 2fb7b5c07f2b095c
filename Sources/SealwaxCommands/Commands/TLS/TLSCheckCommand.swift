internal import ArgumentParser
internal import Findings
internal import Platform
internal import TransportSecurity
internal import Workspace
internal import X509

/// `sealwax tls check`.
struct TLSCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judge certificates and keys by what they are used for.",
    discussion: """
      Takes the PKI of a control plane, certificates and keys in PEM, DER, PKCS #12 and PKCS #7, \
      kubeconfigs, static pods, kubelet configurations, and manifests or dumps with TLS Secrets \
      and caBundles; sealed manifests are opened where an identity is at hand. Every certificate \
      is judged by its role: for the names and purposes that its link needs, against what the \
      other side trusts. Only public parts of keys are kept. Exit status 1 when there are \
      findings.

      EXAMPLES
        sealwax tls check /etc/kubernetes
        sealwax tls check --warn 60d --renewal-plan /etc/kubernetes/pki
        sealwax tls check ~/.kube/config secrets/*.yaml
        kubectl get secret,apiservice -A -o yaml | sealwax tls check -
        sealwax tls check --now 2027-06-01 --html expiry.html node-*/pki
      """)

  @Argument(help: "Files, folders, patterns, or '-'.", completion: .file())
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "How long before its end a certificate counts as expiring: 30d, 12h.",
      valueName: "duration"))
  var warn = DurationArgument(seconds: 30 * 86_400)

  @Option(
    help: ArgumentHelp(
      "Judge as if it were then: 2027-06-01, 2027-06-01T12:00:00Z, or +90d.",
      valueName: "time"))
  var now: TimeArgument?

  @Option(
    name: .customLong("trust"),
    help: ArgumentHelp(
      "Authorities that are trusted besides. Repeatable.", valueName: "file"),
    completion: .file())
  var trust: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file whose first line is the password of encrypted keys and PKCS #12.",
      valueName: "file"),
    completion: .file())
  var passwordFile: String?

  @OptionGroup var identities: IdentityOptions

  @Flag(help: "Say in which order to renew what expires within a year, and what to restart.")
  var renewalPlan = false

  @Option(
    help: ArgumentHelp("Write a page with the expiry timeline.", valueName: "file"),
    completion: .file())
  var html: String?

  @OptionGroup(title: "Findings") var findings: FindingsOptions

  @Flag(help: "A line for every certificate, however many there are.")
  var all = false

  func run() throws {
    try StandardInputUse.check(paths, identities.standardInputUses)
    let clock = WallClock.seconds()
    var options = CheckOptions(
      now: now?.seconds(from: clock) ?? clock, user: FileIdentity.currentUser)
    options.warning = warn.seconds
    let inputs = try TransportInputs.read(
      paths, trust: trust, password: try passwordFile.map { try PasswordText(file: $0) },
      keys: try keyRing())
    let report: CheckReport
    do { report = try show(inputs, options) } catch let error as X509Error {
      // What was put aside cannot be read.
      throw WorkspaceError(.inputOutput, error.message)
    }
    for path in inputs.sealed {
      Console.warning("\(escapedForTerminal(path)): sealed, and no identity opens it")
    }
    for error in inputs.problems { Console.error(error) }
    if let error = inputs.problems.first { throw ExitCode(ExitStatus.of(error)) }
    try failIfEmpty(report, inputs)
    try findings.exit(for: report.findings)
  }

  /// That nothing was found must not look like that nothing is wrong.
  private func failIfEmpty(_ report: CheckReport, _ inputs: TransportInputs) throws {
    guard report.files.isEmpty, report.findings.isEmpty else { return }
    if !inputs.sealed.isEmpty {
      throw WorkspaceError(
        .noIdentity, "there is nothing to judge but what is sealed",
        hints: ["name an identity that opens it with --identity"])
    }
    throw WorkspaceError(
      .noInput, "there is nothing to judge",
      hints: ["name certificates, keys, kubeconfigs, manifests with them, or their folders"])
  }

  /// Judges and prints; nothing is printed before everything is judged.
  private func show(_ inputs: TransportInputs, _ options: CheckOptions) throws -> CheckReport {
    var report = try TransportCheck.run(inputs.inventory, options)
    let plan = renewalPlan ? try RenewalPlan(report, horizon: options.now + 365 * 86_400) : nil
    report.findings = FindingsOptions.settled(report.findings)
    switch findings.chosenFormat {
    case .text: try Console.print(try TLSCheckText.text(report, plan: plan, showsAll: all))
    case .json: try TLSCheckJSON.write(report, plan: plan, by: Console.print)
    case .sarif, .junit:
      try findings.print(report.findings, files: report.files, check: "tls")
    }
    if let html { try PageFile.write(try TimelinePage.text(report), to: html) }
    return report
  }

  /// Named identities; else those that are found without a question.
  private func keyRing() throws(WorkspaceError) -> KeyRing {
    identities.identity.isEmpty ? KeyRing.loadQuietly() : try identities.keyRing()
  }
}
