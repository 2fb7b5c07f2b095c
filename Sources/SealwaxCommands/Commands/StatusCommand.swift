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
      EXAMPLES
        sealwax status secrets/
        sealwax status --json . | jq '.[].units[] | select(.sealed | not)'
      """)

  @Argument(help: "Manifests, folders, patterns, or '-'; this folder when left out.")
  var paths: [String] = ["."]

  @Flag(help: "Report as JSON on standard output.")
  var json = false

  func run() throws {
    let inputs = try InputPaths(paths)
    var json = self.json ? JSONArrayOutput() : nil
    var failure: WorkspaceError?
    var isEmpty = true
    var skippedCount = 0
    StatusScan().run(inputs) { status in
      do throws(WorkspaceError) {
        if let reason = status.skipped {
          skippedCount += 1
          if json == nil, status.units.isEmpty {
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
        guard !status.units.isEmpty || isNotable else { return }
        if json != nil {
          try json?.append(StatusJSON.value(status))
        } else if !status.units.isEmpty || status.error != nil {
          isEmpty = false
          try Console.print(StatusText.text(status))
        }
      } catch {
        if failure == nil { failure = error }
      }
    }
    try json?.close()
    if json == nil {
      if isEmpty { Console.note("no Secrets there") }
      if skippedCount > 0 { Console.note("\(skippedCount) skipped") }
    }
    if let failure { throw ExitCode(ExitStatus.of(failure)) }
  }
}
