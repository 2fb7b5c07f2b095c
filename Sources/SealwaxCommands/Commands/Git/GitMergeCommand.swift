internal import ArgumentParser
internal import Envelope
internal import Platform
internal import Workspace

/// `sealwax git merge`.
struct GitMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Git's merge driver: merge a sealed manifest value by value.",
    discussion: """
      Puts the merge of three versions into the place of OURS. Values that one side changed are \
      taken from there, without a key if only one side changed the Secret. When both did, an \
      identity is needed to seal it again: without one the result waits for 'sealwax reseal', and \
      the exit status 1 tells git of a conflict. A value that both sides changed is a conflict, \
      shown with git's markers; as it stands the file is sealed for taking our side.

      EXAMPLES
        git config merge.sealwax.driver 'sealwax git merge %O %A %B --path=%P'
        sealwax git merge base.yaml ours.yaml theirs.yaml
      """)

  @Argument(help: "What both sides come from (%O).", completion: .file())
  var base: String

  @Argument(help: "The side that is merged into (%A); gets the result.", completion: .file())
  var ours: String

  @Argument(help: "The side that is merged (%B).", completion: .file())
  var theirs: String

  @Option(
    help: ArgumentHelp("The file's path in the repository (%P).", valueName: "path"),
    completion: .file())
  var path: String?

  @Option(help: ArgumentHelp("How long conflict markers are (%L).", valueName: "number"))
  var markerSize = 7

  @Option(help: ArgumentHelp("What conflicts call the base (%S).", valueName: "label"))
  var baseLabel: String?

  @Option(help: ArgumentHelp("What conflicts call our side (%X).", valueName: "label"))
  var oursLabel: String?

  @Option(help: ArgumentHelp("What conflicts call their side (%Y).", valueName: "label"))
  var theirsLabel: String?

  @Option(
    help: ArgumentHelp("A signing key, for what is sealed again.", valueName: "file"),
    completion: .file())
  var signWith: String?

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions

  func run() throws {
    let ring = try identities.quietKeyRing()
    let driver = MergeDriver(
      ring: ring, trustedSigners: try signatures.trustedSigners(),
      signer: try signWith.map { try SigningChoice.signer($0, path ?? ours) },
      labels: MergeLabels(base: baseLabel, ours: oursLabel, theirs: theirsLabel),
      markerSize: markerSize, path: path)
    let outcome = try driver.run(base: base, ours: ours, theirs: theirs)
    report(outcome)
    if !outcome.isClean { throw ExitCode(ExitStatus.findings) }
  }

  private func report(_ outcome: borrowing MergeDriver.Outcome) {
    let name = escapedForTerminal(path ?? ours)
    for note in outcome.notes { Console.warning("\(name): \(Console.shown(note))") }
    for problem in outcome.problems { Console.warning("\(name): \(Console.shown(problem))") }
    for conflict in outcome.conflicts {
      let entry = conflict.entry.isEmpty ? "" : ": \(conflict.entry)"
      let ours = Self.side(outcome.labels.ours, conflict.authors?.ours)
      let theirs = Self.side(outcome.labels.theirs, conflict.authors?.theirs)
      Console.warning(
        "\(name): conflict in \(Console.label(conflict.unit))\(entry), between \(ours) and \(theirs)"
      )
    }
    guard !outcome.unsealed.isEmpty else { return }
    for unit in outcome.unsealed {
      Console.warning("\(name): \(Console.label(unit)) needs a new seal")
    }
    // Whoever named the file did not write a command for people to copy.
    let file = ShellText.isPlain(path ?? ours) ? name : "FILE"
    Console.hint(
      outcome.conflicts.isEmpty
        ? "run 'sealwax reseal \(file)' with an identity, and git add"
        : "take our side, or run 'sealwax reseal \(file)' once conflicts are resolved; then git add"
    )
  }

  private static func side(_ label: String, _ author: String?) -> String {
    author.map { "\(label) by \($0)" } ?? label
  }
}
