internal import ArgumentParser
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax keys`.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "List the identities at hand and what they open for.",
    discussion: """
      Shows public parts only. With files it shows what is in them, signing keys, recipients and \
      public signing keys included.

      EXAMPLES
        sealwax keys
        sealwax keys key.txt ~/.ssh/id_ed25519
        sealwax keys Keys/*.pub Keys/*.sig
        sealwax keys --recipients key.txt > Keys/alice.pub
      """)

  @Argument(
    help: "Files with keys; without any, where identities usually are.", completion: .file())
  var files: [String] = []

  @Flag(help: "Print the recipients alone, one a line.")
  var recipients = false

  @Option(
    help: ArgumentHelp("A file whose first line is the passphrase.", valueName: "file"),
    completion: .file())
  var passphraseFile: String?

  @Flag(help: "Report as JSON on standard output.")
  var json = false

  func run() throws {
    let listing = try KeyListing.keys(
      in: files, passphrases: PassphraseSource(file: passphraseFile))
    for warning in listing.warnings { Console.warning(warning) }
    if json { return try printJSON(listing.keys) }
    if listing.keys.isEmpty {
      throw WorkspaceError(
        .noInput, "there is no identity where they usually are",
        hints: ["make one with 'sealwax keygen' or 'sealwax init'"])
    }
    var printed: Set<String> = []
    for key in listing.keys {
      if recipients {
        guard let recipient = key.recipient else {
          throw WorkspaceError(
            .malformed, "its recipient is not known", path: key.origin,
            hints: ["the plugin that made it can tell"])
        }
        if printed.insert(recipient).inserted { try Console.print(recipient + "\n") }
      } else {
        let demo = key.isDemo ? "  DEMO KEY: PROTECTS NOTHING" : ""
        let origin = key.origin == "-" ? "standard input" : escapedForTerminal(key.origin)
        try Console.print("\(origin)  \(key.kind)  \(key.recipient ?? "-")\(demo)\n")
      }
    }
  }

  private func printJSON(_ keys: [KeyRing.Key]) throws(WorkspaceError) {
    var output = JSONArrayOutput()
    for key in keys {
      try output.append(
        .object([
          ("origin", .string(key.origin)), ("kind", .string(key.kind)),
          ("recipient", .optional(key.recipient)), ("demo", .bool(key.isDemo)),
        ]))
    }
    try output.close()
  }
}
