internal import ArgumentParser
internal import Envelope
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what is sealed, how and for whom. No key needed.",
    discussion: """
      Where there is a policy, what is not as it says is told as well; 'sealwax policy check' fails on \
      it.

      EXAMPLES
        sealwax status secrets/
        sealwax status --who-can alice .
        sealwax status --table --sort age .
        sealwax status --html status.html .
        sealwax status --json . | jq '.[].units[] | select(.sealed | not)'
      """)

  @Argument(
    help: "Manifests, folders, patterns, or '-'; this folder when left out.", completion: .file())
  var paths: [String] = ["."]

  @Flag(help: "Report as JSON on standard output.")
  var json = false

  @Flag(help: "A line for each Secret.")
  var table = false

  @Option(
    help: ArgumentHelp("Write a page with the table.", valueName: "file"), completion: .file())
  var html: String?

  @Option(
    help: ArgumentHelp(
      "What the table is ordered by: file (without it), name, age (of the data key) or state.",
      valueName: "order"))
  var sort: StatusTable.Order?

  @Option(
    help: ArgumentHelp(
      "Show what somebody can open: a recipient's name, or the beginning of its text.",
      valueName: "recipient"))
  var whoCan: String?

  func run() throws {
    guard !json || !table else {
      throw WorkspaceError(.usage, "--json and --table exclude each other")
    }
    guard sort == nil || table || html != nil else {
      throw WorkspaceError(.usage, "--sort is for --table and --html")
    }
    let order = sort ?? .file
    let inputs = try InputPaths(paths)
    let judge = PolicyJudge(
      today: CalendarDate(WallClock.timestamp().prefix(10)) ?? .distantFuture)
    var warned: Set<String> = []
    var keks = KEKTable(
      today: CalendarDate(WallClock.timestamp().prefix(10)) ?? .distantFuture)
    var rows = StatusTable()
    var json = self.json ? JSONArrayOutput() : nil
    var failure: WorkspaceError?
    var outputFailure: WorkspaceError?
    var isEmpty = true
    var hasOthers = false
    var skippedCount = 0
    StatusScan().run(inputs) { found in
      let status = shown(found)
      hasOthers = hasOthers || !found.isEmpty
      do throws(WorkspaceError) {
        if let reason = status.skipped {
          skippedCount += 1
          if json == nil, status.isEmpty {
            Console.note(StatusText.skipped(status.path, reason))
          }
        }
        if status.isLeftover {
          for finding in Verification.findings(in: status) {
            Console.warning("\(escapedForTerminal(status.path)): \(finding.message)")
          }
        }
        if let error = status.error {
          Console.error(error)
          if failure == nil { failure = error }
        }
        let isNotable = status.skipped != nil || status.isLeftover || status.error != nil
        guard !status.isEmpty || isNotable else { return }
        let departures = departures(in: status, judge, &warned)
        // A policy that is wrong has been told of.
        let policy = try? judge.policy(for: status.path)
        keks.add(status)
        keks.add(policy)
        if table || html != nil { rows.add(status, judge, departures) }
        if json != nil {
          try json?.append(StatusJSON.value(status, by: policy, departures))
        } else if !status.isEmpty || status.error != nil {
          isEmpty = false
          if !table { try Console.print(StatusText.text(status, by: policy, judge, departures)) }
        }
      } catch {
        if outputFailure == nil { outputFailure = error }
      }
    }
    if let outputFailure { throw outputFailure }
    try json?.close()
    if table, !isEmpty { try Console.print(rows.text(order)) }
    if !self.json { try tell(keks) }
    if let html { try PageFile.write(rows.page(order), to: html) }
    if json == nil {
      if isEmpty {
        let others = hasOthers ? whoCan : nil
        Console.note(
          others.map { "none of the Secrets there is sealed for \(Console.label($0))" }
            ?? "no Secrets there")
      }
      if skippedCount > 0 { Console.note("\(skippedCount) skipped") }
    }
    if let failure { throw ExitCode(ExitStatus.of(failure)) }
  }

  /// What lies under key-encryption keys that are replaced or retired.
  private func tell(_ keks: KEKTable) throws(WorkspaceError) {
    let text = keks.text(onlyNotable: true)
    if !text.isEmpty { try Console.print("\n\(text)") }
    for id in keks.spent where whoCan == nil {
      Console.note("nothing here lies under \(id) any more: 'sealwax kek rotate \(id)' retires it")
    }
  }

  /// What is not as the policy says; a policy that is wrong is told once.
  private func departures(
    in status: ManifestStatus, _ judge: PolicyJudge, _ warned: inout Set<String>
  ) -> [Finding] {
    do throws(WorkspaceError) {
      return try judge.departures(in: status.units, path: status.path)
    } catch {
      if warned.insert(error.message).inserted { Console.warning(error) }
      return []
    }
  }

  /// With `--who-can`, the Secrets that are sealed for somebody.
  private func shown(_ status: ManifestStatus) -> ManifestStatus {
    guard let whoCan else { return status }
    func isMeant(_ text: String) -> Bool {
      text == whoCan || (whoCan.utf8.count >= 12 && text.hasPrefix(whoCan))
    }
    var status = status
    if let sops = status.sops, !sops.recipients.contains(where: { isMeant($0.text) }) {
      status.sops = nil
    }
    return status.keeping { unit in
      unit.envelope?.recipients.contains { line in
        let text = AgeRecipientText.decode(line.recipient.text)
        return line.recipient.name == whoCan || isMeant(text)
      } ?? false
    }
  }
}
