internal import ArgumentParser
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax policy check`.
struct PolicyCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the policy, and that sealed manifests are as it says. No key needed.",
    discussion: """
      Every recipient, group and signer that the policy names must be there. Then each Secret is \
      compared with its rule: sealed at all and unchanged, for whom, with which cipher and scope, the \
      age of its data key, its signature. Exit status 1 when something is not as it says.

      EXAMPLES
        sealwax policy check
        sealwax policy check clusters/prod
        sealwax policy check --format sarif > findings.sarif
      """)

  @Argument(
    help: "Manifests, folders, patterns; this folder when left out.", completion: .file())
  var paths: [String] = ["."]

  @OptionGroup(title: "Findings") var report: FindingsOptions

  func run() throws {
    let policies = PolicyFinder()
    guard let today = CalendarDate(WallClock.timestamp().prefix(10)) else {
      throw WorkspaceError(.other, "the clock says no day of the calendar")
    }
    let judge = PolicyJudge(today: today, policies: policies)
    var findings: [Finding] = []
    guard let inventory = try PolicyInventory.check(folder: ".", policies: policies) else {
      throw WorkspaceError(
        .configuration, "there is no policy in or above this folder",
        hints: ["write one with 'sealwax init'"])
    }
    findings += inventory.findings
    var failure: WorkspaceError?
    var files: [String] = [inventory.path]
    var unitCount = 0
    StatusScan().run(try InputPaths(paths)) { status in
      do throws(WorkspaceError) {
        if let error = status.error { throw error }
        guard !status.isEmpty, status.skipped == nil else { return }
        files.append(status.path)
        unitCount += status.units.count + (status.sops == nil ? 0 : 1)
        findings += try judge.findings(for: status)
      } catch {
        Console.error(error)
        if failure == nil { failure = error }
      }
    }
    findings = FindingsOptions.settled(findings)
    switch report.chosenFormat {
    case .text:
      try Console.print(FindingsText.text(findings, colour: Terminal.usesColour(1)))
      let count = findings.count { $0.suppression == nil }
      Console.note(
        "\(Plural.of(unitCount, "Secret")), "
          + (count == 0 ? "as the policy says" : Plural.of(count, "finding")))
    case .json:
      var output = JSONArrayOutput()
      for finding in findings { try output.append(FindingsJSON.value(finding)) }
      try output.close()
    case .sarif, .junit: try report.print(findings, files: files, check: "policy")
    }
    if let failure { throw ExitCode(ExitStatus.of(failure)) }
    try report.exit(for: findings)
  }
}
