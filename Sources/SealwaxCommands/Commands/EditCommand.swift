internal import ArgumentParser
internal import Envelope
internal import Platform
internal import Workspace
internal import YAMLSource

/// `sealwax edit`.
struct EditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Edit a sealed manifest in your editor.",
    discussion: """
      Opens the manifest in a private folder in memory, runs the editor, and seals the result; only \
      changed values get new ciphertext. When the text cannot be sealed, the error is shown and the \
      editor runs again. The editor is --editor, SEALWAX_EDITOR, VISUAL or EDITOR, else vi.

      EXAMPLES
        sealwax edit secrets/db.yaml
        EDITOR="code --wait" sealwax edit secrets/db.yaml
      """)

  @Argument(help: "A sealed manifest.", completion: .file())
  var path: String

  @OptionGroup(title: "Identities") var identities: IdentityOptions

  @Option(help: ArgumentHelp("The editor's command.", valueName: "command"))
  var editor: String?

  @Flag(help: "Edit on a disk when there is no file system in memory.")
  var allowDisk = false

  func run() throws {
    guard path != "-" else {
      throw WorkspaceError(.usage, "edit works on a file, not on standard input")
    }
    let ring = try identities.keyRing()
    let file = try SealedFile(path, unwrappers: ring.unwrappers)
    let editor =
      self.editor ?? ["SEALWAX_EDITOR", "VISUAL", "EDITOR"].lazy
      .compactMap { Environment.value($0) }.first { !$0.isEmpty } ?? "vi"
    let editing = ManifestEditing(editor: editor, allowsDisk: allowDisk)
    let outcome = try editing.run(file) { error in
      Console.error(error)
      return (try? Terminal.readLine(prompt: "Press Enter to edit again, q to give up: "))
        .map { !$0.lowercased().hasPrefix("q") } ?? false
    }
    switch outcome {
    case .unchanged: Console.note("\(escapedForTerminal(path)): unchanged")
    case .sealed(let units):
      for unit in units where unit.action == .resealed || unit.action == .sealed {
        Console.note(
          "\(escapedForTerminal(path)):\(unit.position.line): \(escapedForTerminal(unit.label)): "
            + "\(unit.entryCount - unit.keptCount) of \(Plural.of(unit.entryCount, "value")) "
            + "sealed anew")
      }
    }
  }
}
