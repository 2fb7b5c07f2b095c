internal import ArgumentParser
internal import EncryptionAtRest
internal import EtcdSnapshot
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax at-rest snapshot`.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Show what an etcd snapshot really holds, encrypted or not.",
    discussion: """
      Reads the file of 'etcdctl snapshot save' or a copy of member/snap/db, and counts what is \
      stored: per resource, namespace and key, older revisions and what is left in free pages \
      included. With a configuration it opens every object, and says which keys are lost, stale or \
      no longer needed. No value is ever shown. Exit status 1 when Secrets lie in plaintext or \
      something cannot be read, also with --objects and --history, which list what there is instead.

      EXAMPLES
        sealwax at-rest snapshot backup.db
        sealwax at-rest snapshot --config encryption.yaml backup.db
        sealwax at-rest snapshot --objects --json backup.db | jq '.[].prefix'
      """)

  @Argument(help: "A snapshot, or a copy of etcd's database.", completion: .file())
  var path: String

  @OptionGroup(title: "Keys") var options: SnapshotOptions

  @Flag(help: "List every live object instead, newest first.")
  var objects = false

  @Flag(help: "List every revision in the file: older ones and deletions too.")
  var history = false

  @Flag(help: "With a list: the SHA-256 of what is stored and of its plaintext.")
  var digests = false

  @Flag(help: "Show namespaces apart.")
  var namespaces = false

  @Flag(help: "Show every resource, also those that nobody encrypts.")
  var all = false

  @OptionGroup(title: "Findings") var report: FindingsOptions

  func run() throws {
    var census = try options.census()
    if objects || history {
      census.listing = history ? .all : .live
      census.wantsDigests = digests
      if digests {
        Console.warning("digests let anybody who guesses a value see that the guess is right")
      }
      return try list(census)
    }
    guard !digests else {
      throw WorkspaceError(.usage, "--digests goes with --objects or --history")
    }
    let found = try SnapshotOptions.take(path, census)
    warnOfReaders(found)
    let uses = census.rules.map { KeyUse.uses(of: $0, in: found) }
    let findings = SnapshotFindings(
      found, rules: census.rules, prefix: options.etcdPrefix, path: path,
      settled: { FindingsOptions.settled($0) })
    switch report.chosenFormat {
    case .text:
      let style = SnapshotText.Style(
        showsNamespaces: namespaces, showsAll: all, hasColour: Terminal.usesColour(1))
      try Console.print(
        SnapshotText.report(found, path: path, uses: uses, findings: findings, style))
    case .json:
      let value = SnapshotJSON.report(
        found, path: path, rules: census.rules, uses: uses, findings: findings)
      try Console.print(value.text() + "\n")
    case .sarif, .junit:
      try report.print(findings.findings, files: [path], check: "etcd")
    }
    try report.exit(for: findings.findings)
  }

  /// Whoever can read the file can read the Secrets that are in plaintext in it.
  private func warnOfReaders(_ report: CensusReport) {
    let isOpen = ((try? Files.identity(of: path))?.permissions ?? 0) & 0o004 != 0
    guard isOpen, report.plaintextCount(of: "secrets") > 0 else { return }
    Console.warning(
      "\(escapedForTerminal(path)): every user of this machine can read it, and Secrets in it")
  }

  private func list(_ census: CensusOptions) throws {
    guard report.chosenFormat == .text || report.chosenFormat == .json else {
      throw WorkspaceError(.usage, "a list comes as text or json")
    }
    var json = report.chosenFormat == .json ? JSONArrayOutput() : nil
    var failure: WorkspaceError?
    let found = try SnapshotOptions.take(path, census) { object in
      do throws(WorkspaceError) {
        if json != nil {
          try json?.append(SnapshotJSON.object(object, hasHistory: history, hasDigests: digests))
        } else {
          try Console.print(SnapshotText.object(object))
        }
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    try json?.close()
    let findings = SnapshotFindings(
      found, rules: census.rules, prefix: options.etcdPrefix, path: path,
      settled: { FindingsOptions.settled($0) }
    ).findings
    let count = findings.count { $0.suppression == nil }
    if count > 0 {
      Console.note("\(Plural.of(count, "finding")): without --objects and --history they are shown")
    }
    try report.exit(for: findings)
  }
}
