internal import ArgumentParser
internal import Findings
internal import Platform
internal import Workspace

/// How findings are reported, and which of them count.
struct FindingsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("text (without it), json, sarif or junit.", valueName: "format"))
  var format: FindingsFormat?

  @Flag(help: "Report as JSON on standard output: --format json.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "The least severity that makes the exit status 1: info, low, medium, high or critical.",
      valueName: "severity"))
  var failOn = SeverityArgument(severity: .low)

  func validate() throws {
    guard json, let format, format != .json else { return }
    throw ValidationError("--json and --format \(format.rawValue) exclude each other")
  }

  /// The format that was asked for.
  var chosenFormat: FindingsFormat { json ? .json : format ?? .text }

  /// The findings, with those marked that a policy lets pass.
  static func settled(
    _ findings: [Finding], policies: PolicyFinder = PolicyFinder()
  ) -> [Finding] {
    var suppressor = FindingSuppressor(
      knownRules: RulesCommand.all, today: CalendarDate(WallClock.timestamp().prefix(10)),
      policies: policies)
    let settled = suppressor.apply(to: findings)
    for warning in suppressor.warnings { Console.warning(warning) }
    return settled
  }

  /// Ends with exit status 1 when a finding counts.
  func exit(for findings: [Finding]) throws {
    let isBad = findings.contains { finding in
      finding.suppression == nil && finding.rule.severity >= failOn.severity
    }
    if isBad { throw ExitCode(ExitStatus.findings) }
  }

  /// Prints findings for programs that know nothing else of a report.
  func print(_ findings: [Finding], files: [String], check: String) throws {
    if chosenFormat == .sarif {
      try Console.print(FindingsSARIF.text(findings, version: Sealwax.configuration.version))
    } else {
      try Console.print(
        FindingsJUnit.text(
          findings, files: files, check: check, failingOn: failOn.severity))
    }
  }
}

/// A severity on the command line.
struct SeverityArgument: ExpressibleByArgument {
  let severity: Severity

  init(severity: Severity) { self.severity = severity }

  init?(argument: String) {
    guard let severity = Severity(rawValue: argument) else { return nil }
    self.severity = severity
  }

  var defaultValueDescription: String { severity.rawValue }
  static var allValueStrings: [String] { Severity.allCases.map(\.rawValue) }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
