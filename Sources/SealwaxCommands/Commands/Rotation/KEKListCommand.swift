internal import ArgumentParser
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax kek list`.
struct KEKListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List key-encryption keys, and how many Secrets lie under each. No key needed.",
    discussion: """
      Shows the keys that policies list and those that Secrets are sealed under.

      EXAMPLES
        sealwax kek list
        sealwax kek list --json clusters | jq '.[] | select(.secrets == 0)'
      """)

  @Argument(
    help: "Manifests, folders, patterns; this folder when left out.", completion: .file())
  var paths: [String] = ["."]

  @Flag(help: "Report as JSON on standard output.")
  var json = false

  func run() throws {
    let today = CalendarDate(WallClock.timestamp().prefix(10)) ?? .distantFuture
    let policies = PolicyFinder()
    var table = KEKTable(today: today)
    table.add(try policies.policy(inOrAbove: "."))
    var failure: WorkspaceError?
    StatusScan().run(try InputPaths(paths)) { status in
      do throws(WorkspaceError) {
        if let error = status.error { throw error }
        guard status.path != "-", !status.units.isEmpty else { return table.add(status) }
        table.add(status)
        table.add(try policies.policy(forFile: status.path))
      } catch {
        Console.error(error)
        failure = failure ?? error
      }
    }
    if json {
      var output = JSONArrayOutput()
      for value in table.json { try output.append(value) }
      try output.close()
    } else if table.isEmpty {
      Console.note("no key-encryption keys there")
    } else {
      try Console.print(table.text(onlyNotable: false))
    }
    if let failure { throw ExitCode(ExitStatus.of(failure)) }
  }
}
