internal import ArgumentParser
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax git precommit`.
struct PrecommitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "precommit",
    abstract: "Refuse plaintext Secrets, private keys and what the policy forbids. No key needed.",
    discussion: """
      Looks at the index as it is to be committed, not at the working tree; with --all at every \
      file of the index (of HEAD in a bare repository), with --range at every file that a commit \
      of the range brings, be it gone in a later one. With paths and none of these, at the files \
      themselves. It never shows a byte of a value. Exit status 1 when there is a finding. \
      See docs/precommit.md.

      EXAMPLES
        sealwax git precommit
        sealwax git precommit --all --format sarif > findings.sarif
        sealwax git precommit --range origin/main..HEAD
        sealwax git precommit --fail-on high clusters/ chart/values.yaml
      """)

  @Flag(help: "Look at what the next commit changes. This is what is done without paths.")
  var staged = false

  @Flag(help: "Look at every file that git tracks.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Look at every file that one of these commits brings: OLD..NEW, or NEW and all before it.",
      valueName: "commits"))
  var range: String?

  @Argument(
    help: "Files and folders, or '-'; with --staged, --all and --range only these count.",
    completion: .file())
  var paths: [String] = []

  @Flag(name: .shortAndLong, help: "Say nothing when nothing is found.")
  var quiet = false

  @OptionGroup(title: "Findings") var report: FindingsOptions

  func run() throws {
    let scan = PrecommitScan(
      try selection(), paths: paths,
      today: CalendarDate(WallClock.timestamp().prefix(10)) ?? .distantFuture)
    let found = try scan.run()
    let findings =
      found.isBare
      ? found.findings : FindingsOptions.settled(found.findings, policies: found.policies)
    switch report.chosenFormat {
    case .text:
      if !findings.isEmpty {
        try Console.print(FindingsText.text(findings, colour: Terminal.usesColour(1)))
      }
    case .json:
      var output = JSONArrayOutput()
      for finding in findings { try output.append(FindingsJSON.value(finding)) }
      try output.close()
    case .sarif, .junit: try report.print(findings, files: files(findings), check: "precommit")
    }
    if found.isBare { Console.note("no working tree, and so no policy") }
    for error in found.errors { Console.error(error) }
    let isQuiet = quiet || report.chosenFormat != .text
    if !isQuiet, found.errors.isEmpty { Console.note(summary(found, findings)) }
    if let error = found.errors.first { throw ExitCode(ExitStatus.of(error)) }
    try report.exit(for: findings)
  }

  private func selection() throws(WorkspaceError) -> PrecommitScan.Selection {
    guard [staged, all, range != nil].count(where: { $0 }) <= 1 else {
      throw WorkspaceError(.usage, "--staged, --all and --range exclude each other")
    }
    if let range { return .range(range) }
    if all { return .all }
    return staged || paths.isEmpty ? .staged : .paths
  }

  /// The files with findings, each once; of those without there may be very many.
  private func files(_ findings: [Finding]) -> [String] {
    var seen: Set<String> = []
    let files = findings.compactMap(\.file).filter { seen.insert($0).inserted }
    return files.isEmpty ? ["."] : files
  }

  private func summary(_ found: PrecommitScan.Report, _ findings: [Finding]) -> String {
    let counting = findings.count { $0.suppression == nil }
    var parts = [
      Plural.of(found.fileCount, "file"),
      counting == 0 ? "nothing found" : Plural.of(counting, "finding"),
    ]
    if findings.count > counting { parts.append("\(findings.count - counting) suppressed") }
    if found.ignoredCount > 0 { parts.append("\(found.ignoredCount) ignored by the policy") }
    return parts.joined(separator: ", ")
  }
}
