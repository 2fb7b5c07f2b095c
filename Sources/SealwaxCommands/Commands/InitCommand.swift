internal import ArgumentParser
internal import Envelope
internal import Platform
internal import Workspace

/// `sealwax init`.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Set up a repository: a policy, your recipient, and a key if you have none.",
    discussion: """
      Writes .sealwax.yaml, and Keys/NAME.pub with the recipient of your identity. When you have no \
      identity, one is made where sealwax looks for it. What is there already stays as it is.

      EXAMPLES
        sealwax init
        sealwax init --path 'secrets/**' --recipient age1... --recipient age1...
      """)

  @Argument(help: "The repository's folder.", completion: .directory)
  var folder = "."

  @Option(
    help: ArgumentHelp(
      "Which files the policy is about, relative to the folder. Repeatable.", valueName: "pattern"))
  var path: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Whom to seal for, instead of yourself. Repeatable.", valueName: "recipient"))
  var recipient: [String] = []

  @Option(
    help: ArgumentHelp("Your recipient's name; your user name when left out. Not with --recipient.")
  )
  var name: String?

  @Option(help: "The cipher of the values: aes-256-gcm or secretbox.")
  var cipher: CipherName = .aes256GCM

  @Option(help: "What values are bound to: strict, namespace or cluster.")
  var scope: SealScope = .strict

  func run() throws {
    guard name == nil || recipient.isEmpty else {
      throw WorkspaceError(
        .usage, "--name is what your own recipient is called, and --recipient names others",
        hints: ["give one of the two; a name for --recipient is that of a file Keys/NAME.pub"])
    }
    var setup = Initialisation(folder: folder, name: name ?? InitCommand.userName)
    if !path.isEmpty { setup.paths = path }
    setup.recipients = recipient
    setup.cipher = cipher
    setup.scope = scope
    var isNew = false
    try setup.run { step in
      Console.note(describe(step))
      if case .madePolicy = step { isNew = true }
    }
    let given = [
      ("--path", !path.isEmpty), ("--recipient", !recipient.isEmpty), ("--name", name != nil),
    ].filter(\.1).map(\.0)
    if !isNew, !given.isEmpty {
      Console.warning(
        "\(Policy.fileName) is there already, and stays as it is: \(given.joined(separator: ", ")) "
          + "changed nothing in it")
    }
    if isNew {
      Console.hint(
        "review \(Policy.fileName), commit it with Keys/, and seal: sealwax encrypt --in-place .")
    }
  }

  private static var userName: String {
    let names = [Environment.value("USER"), Environment.value("LOGNAME"), LocalUser.ownName]
    return names.lazy.compactMap(\.self).first { !$0.isEmpty } ?? "me"
  }

  private func describe(_ step: Initialisation.Step) -> String {
    switch step {
    case .madeIdentity(let path, let recipient):
      "made your identity in \(escapedForTerminal(path)): keep it safe, and a copy elsewhere\n"
        + "its recipient is \(recipient)"
    case .foundIdentity(let origin, let recipient):
      "found your identity in \(escapedForTerminal(origin)), for \(recipient)"
    case .madeRecipientFile(let path): "wrote \(escapedForTerminal(path))"
    case .keptRecipientFile(let path): "kept \(escapedForTerminal(path))"
    case .madePolicy(let path): "wrote \(escapedForTerminal(path))"
    case .keptPolicy(let path): "kept \(escapedForTerminal(path))"
    case .madeIgnoreFile(let path): "wrote \(escapedForTerminal(path))"
    }
  }
}
