internal import ArgumentParser
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax exposure`.
struct ExposureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exposure",
    abstract: "List every value that a lost or removed key could ever read, from all of git.",
    discussion: """
      Looks at every version of every file that a branch, a tag, a stash or a reflog leads to, and \
      says by Secret and key what could be read, in which commits, and whether that value is still in \
      use: such a credential has to be changed at its source, and is shown as done once it has been. \
      With an identity, values are compared whatever they are sealed with; without one, a value that \
      got a new data key counts as unchanged. It is the data key that counts: who had it once opens \
      every version that is sealed with it. Exit status 1 while a value is in use. See \
      docs/revocation.md.

      EXAMPLES
        sealwax exposure --key bob
        sealwax exposure --key age1... --key lost-laptop.pub --json
        sealwax exposure --key Keys/backup.kek --in-use-at origin/production
        sealwax exposure --key bob --except 'stringData/username' --html bob.html
        sealwax exposure --key arn:aws:kms:eu-west-1:123456789012:key/1234abcd
      """)

  @Option(
    help: ArgumentHelp(
      "Whose key: a recipient or its name, the id of a key-encryption key, a file with one, or what SOPS files name: a fingerprint, an ARN, a URL. Repeatable.",
      valueName: "recipient"), completion: .file())
  var key: [String]

  @Option(
    help: ArgumentHelp(
      "A commit whose values are in use, instead of the working tree's. Repeatable.",
      valueName: "revision"))
  var inUseAt: [String] = []

  @Option(
    help: ArgumentHelp(
      "Leave out what is no secret: a pattern for keys, such as 'stringData/username'. Repeatable.",
      valueName: "pattern"))
  var except: [String] = []

  @OptionGroup(title: "Identities") var identities: IdentityOptions

  @Flag(help: "Report as JSON on standard output.")
  var json = false

  @Option(
    help: ArgumentHelp("Write a page with the list.", valueName: "file"), completion: .file())
  var html: String?

  @Flag(name: .shortAndLong, help: "Show the values that have been changed, too.")
  var verbose = false

  func run() throws {
    var scan = try ExposureScan(
      try KeyMatch(key), ring: try identities.keyRing())
    scan.revisions = inUseAt
    scan.exceptions = try Self.patterns(except)
    let exposure = try scan.run()
    if json {
      try Console.print(ExposureJSON.value(exposure).text() + "\n")
    } else {
      try Console.print(ExposureText.text(exposure, isVerbose: verbose))
    }
    if let html { try PageFile.write(ExposurePage.text(exposure), to: html) }
    for error in exposure.unreadable.prefix(10) { Console.warning(error) }
    if exposure.unreadable.count > 10 {
      Console.warning("and \(exposure.unreadable.count - 10) more that cannot be read")
    }
    for error in exposure.errors { Console.error(error) }
    if let error = exposure.errors.first { throw ExitCode(ExitStatus.of(error)) }
    if exposure.inForceCount > 0 || !exposure.openToday.isEmpty {
      throw ExitCode(ExitStatus.findings)
    }
  }

  static func patterns(_ texts: [String]) throws(WorkspaceError) -> [GlobPattern] {
    var patterns: [GlobPattern] = []
    for text in texts {
      do { patterns.append(try GlobPattern(text)) } catch {
        throw WorkspaceError(
          .usage, "'\(escapedForTerminal(text))' is not a pattern: a [set] is not closed")
      }
    }
    return patterns
  }
}
