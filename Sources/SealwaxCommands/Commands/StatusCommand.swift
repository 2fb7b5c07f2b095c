internal import ArgumentParser
internal import Envelope
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
    StatusScan().run(inputs) { status in
      do throws(WorkspaceError) {
        if let error = status.error {
          Console.error(error)
          if failure == nil { failure = error }
        }
        guard !status.units.isEmpty || status.error != nil else { return }
        isEmpty = false
        if json != nil {
          try json?.append(StatusJSON.value(status))
        } else {
          try Console.print(StatusText.text(status))
        }
      } catch {
        if failure == nil { failure = error }
      }
    }
    try json?.close()
    if isEmpty, json == nil { Console.note("no Secrets there") }
    if let failure { throw ExitCode(ExitStatus.of(failure)) }
  }
}
