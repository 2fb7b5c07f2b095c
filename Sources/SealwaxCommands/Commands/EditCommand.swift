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
      editor runs again; when the file cannot be replaced, what was edited is sealed into \
      FILE.sealwax-edited. The editor is --editor, SEALWAX_EDITOR, VISUAL or EDITOR, else vi.

      EXAMPLES
        sealwax edit secrets/db.yaml
        EDITOR="code --wait" sealwax edit secrets/db.yaml
      """)

  @Argument(help: "A sealed manifest.", completion: .file())
  var path: String

  @Option(
    help: ArgumentHelp("A signing key, to prove who changed it.", valueName: "file"),
    completion: .file())
  var signWith: String?

  @Option(help: ArgumentHelp("The editor's command.", valueName: "command"))
  var editor: String?

  @Flag(help: "Edit on a disk when there is no file system in memory.")
  var allowDisk = false

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  func run() throws {
    guard path != "-" else {
      throw WorkspaceError(.usage, "edit works on a file, not on standard input")
    }
    let signers = try policy.requiredSigners(signatures)
    let settings = try SigningChoice.settings(signWith, signers, path: path)
    let ring = try identities.keyRing()
    ring.warnOfDemoKeys(path)
    let file = try SealedFile(path, ring: ring, retired: signers.retired)
    let editing = ManifestEditing(editor: try chosenEditor(), allowsDisk: allowDisk)
    let outcome: ManifestEditing.Outcome
    var isTold = false
    do {
      outcome = try editing.run(file, settings: settings) { error in
        guard Terminal.canAsk else { return false }
        Console.error(error)
        let answer = try? Terminal.readLine(prompt: "Press Enter to edit again, q to give up: ")
        isTold = answer.map { $0.lowercased().hasPrefix("q") } ?? true
        return !isTold
      }
    } catch {
      if isTold { throw ExitCode(ExitStatus.of(error)) }
      throw error
    }
    switch outcome {
    case .unchanged: Console.note("\(escapedForTerminal(path)): unchanged")
    case .sealed(let units):
      SigningChoice.report(units, path: path, isSigned: signWith != nil)
    }
  }

  /// The editor that was chosen, else vi, which waits for ever without a terminal.
  private func chosenEditor() throws(WorkspaceError) -> String {
    let variables = ["SEALWAX_EDITOR", "VISUAL", "EDITOR"].lazy.compactMap {
      Environment.value($0)
    }
    if let editor = editor ?? variables.first(where: { !$0.isEmpty }) { return editor }
    guard Terminal.isTerminal(0) else {
      throw WorkspaceError(
        .usage, "there is no terminal to run vi on", path: path,
        hints: ["choose an editor with --editor, SEALWAX_EDITOR, VISUAL or EDITOR"])
    }
    return "vi"
  }
}
