internal import ArgumentParser
internal import CryptoCore
internal import Envelope
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax apply`.
struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Open sealed manifests and hand them to 'kubectl apply'.",
    usage: "sealwax apply [<options>] <paths> ... [-- <kubectl-arguments> ...]",
    discussion: """
      The plaintext is nowhere but in memory: kubectl reads it from its standard input. Manifests \
      that are not sealed go as they are. Nothing is sent unless every file opens and is as the \
      policy says. The exit status is kubectl's.

      What stands behind '--' goes to kubectl. Without --server-side there, kubectl keeps a copy of \
      all values in the annotation last-applied-configuration of each Secret.

      EXAMPLES
        sealwax apply secrets/ -- --server-side
        sealwax apply app.yaml db.yaml -- --context prod --dry-run=server
        kubectl kustomize overlays/prod | sealwax apply - -- --server-side
      """)

  @Argument(help: "Manifests, folders, patterns, or '-'.", completion: .file())
  var paths: [String]

  @Option(
    help: ArgumentHelp("kubectl, if it is not on PATH under this name.", valueName: "path"),
    completion: .file())
  var kubectl = "kubectl"

  @Flag(name: .shortAndLong, help: "Say what was opened.")
  var verbose = false

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  /// What stood behind '--'; not read by the parser, which knows one list of arguments only.
  var kubectlArguments: [String] = []

  enum CodingKeys: CodingKey {
    case paths, kubectl, verbose, identities, signatures, policy
  }

  func run() throws {
    let inputs = try InputPaths(paths)
    try StandardInputUse.check(paths, identities.standardInputUses)
    let apply = try KubectlApply(program: kubectl, arguments: kubectlArguments)
    guard let today = CalendarDate(WallClock.timestamp().prefix(10)) else {
      throw WorkspaceError(.other, "the clock says no day of the calendar")
    }
    let opening = OpenTask(
      try identities.keyRing(), signers: try policy.requiredSigners(signatures))
    let batch = ManifestBatch(
      ApplyTask(opening, asksPolicy: !policy.ignorePolicy, today: today),
      destination: .standardOutput, mode: 0o600)
    var console = BatchConsole(
      BatchConsole.Words(progress: "opening", done: "opened", isOpening: true),
      options: .withoutReport(isVerbose: verbose))
    var failure: WorkspaceError?
    var count = 0
    var hasSecrets = false
    let text = try batch.stream(inputs) { report in
      if case .printed = report.result { count += 1 }
      hasSecrets = hasSecrets || report.units.contains { $0.entryCount > 0 }
      do throws(WorkspaceError) { try console.add(report) } catch {
        if failure == nil { failure = error }
      }
    }
    try console.finish()
    if let failure { throw failure }
    guard count > 0, let text else {
      throw WorkspaceError(.noInput, "there is no manifest to apply")
    }
    if hasSecrets { warn(apply) }
    let status = try apply.run(text.bytes, count: count)
    if status != 0 { throw ExitCode(status) }
  }

  private func warn(_ apply: KubectlApply) {
    if !apply.choosesSide {
      Console.warning(
        "kubectl keeps every value a second time in the annotation last-applied-configuration")
      Console.hint("add '-- --server-side', which does not")
    }
    if let reason = apply.reasonToPrintValues { Console.warning(reason) }
  }
}
