internal import ArgumentParser
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax leaks`.
struct LeaksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leaks",
    abstract: "Search for the values of sealed Secrets where they should not be.",
    discussion: """
      Opens the sealed Secrets and SOPS files and searches for exactly their values: in the working \
      tree, in given files, folders, archives and logs, and with --history in every version of every \
      file and every commit message. With --former also for the values that earlier versions had, as \
      far as they open. As they are, in Base64 at any alignment and wrapped, in hexadecimal digits, \
      URL-encoded, escaped as in JSON, YAML, HTML or for a shell, in UTF-16, indented. A match is a \
      leak; values that are short or plain are not searched for, and words only noted. No value is \
      ever shown. Exit status 1 when there is a finding. See docs/revocation.md.

      EXAMPLES
        sealwax leaks
        sealwax leaks --history
        sealwax leaks --former build.log
        sealwax leaks build.log artefacts.tar.gz --secrets clusters/prod
        sealwax leaks --history --format sarif > leaks.sarif
      """)

  @Argument(
    help: "Files, folders, archives, or '-'; the working tree when left out.", completion: .file())
  var paths: [String] = []

  @Flag(help: "Search git's history, too.")
  var history = false

  @Flag(help: "Search for the values of earlier versions, too, from all of git's history.")
  var former = false

  @Option(
    help: ArgumentHelp(
      "The sealed manifests whose values are searched for, instead of all of the repository's. Repeatable.",
      valueName: "path"), completion: .file())
  var secrets: [String] = []

  @Option(
    help: ArgumentHelp(
      "The shortest value that is searched for, in bytes; at least 4.", valueName: "bytes"))
  var minLength = 8

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Findings") var report: FindingsOptions

  @Flag(name: .shortAndLong, help: "Say nothing when nothing is found.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Name every value that is not searched for.")
  var verbose = false

  func run() throws {
    guard (4...1024).contains(minLength) else {
      throw WorkspaceError(.usage, "--min-length takes 4 to 1024 bytes")
    }
    try StandardInputUse.check(paths, identities.standardInputUses)
    var scan = LeakScan(ring: try identities.keyRing())
    scan.paths = paths
    scan.secrets = secrets
    scan.includesHistory = history
    scan.takesFormerValues = former
    scan.minimumByteCount = minLength
    let found = try scan.run()
    let findings = FindingsOptions.settled(found.findings)
    switch report.chosenFormat {
    case .text:
      if !findings.isEmpty {
        try Console.print(FindingsText.text(findings, colour: Terminal.usesColour(1)))
      }
    case .json:
      var output = JSONArrayOutput()
      for finding in findings { try output.append(FindingsJSON.value(finding)) }
      try output.close()
    case .sarif, .junit:
      var seen: Set<PathKey> = []
      let files = findings.compactMap(\.file).filter { seen.insert(PathKey($0)).inserted }
      try report.print(findings, files: files.isEmpty ? ["."] : files, check: "leaks")
    }
    for error in found.errors { Console.error(error) }
    if !quiet, report.chosenFormat == .text { tell(found, findings) }
    if let error = found.errors.first { throw ExitCode(ExitStatus.of(error)) }
    try report.exit(for: findings)
  }

  private func tell(_ found: LeakScan.Report, _ findings: [Finding]) {
    let ofEarlier = former ? " (\(found.formerValueCount) of them of earlier versions)" : ""
    var parts = ["\(Plural.of(found.valueCount, "value")) searched for\(ofEarlier)"]
    if found.fileCount > 0 || !history { parts.append(Plural.of(found.fileCount, "file")) }
    if history { parts.append("\(Plural.of(found.versionCount, "version")) in history") }
    let counting = findings.count { $0.suppression == nil }
    parts.append(counting == 0 ? "nothing found" : Plural.of(counting, "finding"))
    Console.note(parts.joined(separator: ", "))
    if found.closedVersionCount > 0 {
      Console.note(
        "\(Plural.of(found.closedVersionCount, "earlier version")) not opened by any identity at hand, "
          + "and the values not searched for")
    }
    guard !found.skipped.isEmpty else { return }
    if verbose {
      for value in found.skipped {
        Console.note("not searched for: \(Console.label(value.label)): \(value.reason)")
      }
    } else {
      Console.note(
        "\(Plural.of(found.skipped.count, "value")) not searched for: short, plain or public; "
          + "--verbose names them")
    }
  }
}
