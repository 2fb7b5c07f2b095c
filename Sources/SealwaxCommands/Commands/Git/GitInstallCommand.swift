internal import ArgumentParser
internal import Platform
internal import Workspace

/// `sealwax git install`.
struct GitInstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Make git work with sealed manifests, in this repository.",
    discussion: """
      Writes git's configuration, attributes for the policy's paths into .gitattributes (commit \
      it), and a pre-commit hook (for merges pre-merge-commit) that runs 'sealwax git precommit --staged' behind the hook that \
      was there before. Git's configuration is not committed: everybody runs this once, in each \
      clone. Done again it changes nothing.

      EXAMPLES
        sealwax git install
        sealwax git install --filter            plaintext in the worktree
        sealwax git install --info              attributes in .git/info/attributes
      """)

  @OptionGroup var place: GitScopeOptions

  @Flag(help: "Keep plaintext in the worktree, and seal what is added (clean and smudge).")
  var filter = false

  @Flag(help: "Write attributes to info/attributes in git's folder, which is not committed.")
  var info = false

  @Option(
    help: ArgumentHelp(
      "Files from the top of the repository, instead of the policy's. Repeatable.",
      valueName: "pattern"))
  var path: [String] = []

  @Option(help: ArgumentHelp("How git calls this program.", valueName: "name"))
  var program = "sealwax"

  func run() throws {
    var installation = GitInstallation()
    installation.scope = try place.scope()
    installation.hasFilter = filter
    installation.usesInfoFile = info
    installation.program = program
    installation.patterns = path
    try installation.install { GitSteps.report($0, done: "wrote") }
  }
}

/// `sealwax git uninstall`.
struct GitUninstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall",
    abstract: "Take out of a repository what install put in, and nothing else.",
    discussion: """
      Files whose plaintext lies in the worktree are replaced by what is sealed; it refuses while \
      they have changes. With --global only the user's configuration changes: attributes and hooks \
      stay in the repository.

      EXAMPLES
        sealwax git uninstall
      """)

  @OptionGroup var place: GitScopeOptions

  func run() throws {
    var installation = GitInstallation()
    installation.scope = try place.scope()
    try installation.uninstall { GitSteps.report($0, done: "took it out of") }
  }
}

/// Which of git's configurations is meant.
struct GitScopeOptions: ParsableArguments {
  @Flag(help: "The repository's configuration (usual).")
  var local = false

  @Flag(help: "The configuration of this worktree alone.")
  var worktree = false

  @Flag(help: "The user's configuration, for all repositories.")
  var global = false

  func scope() throws(WorkspaceError) -> GitInstallation.Scope {
    guard [local, worktree, global].count(where: { $0 }) <= 1 else {
      throw WorkspaceError(.usage, "--local, --worktree and --global exclude each other")
    }
    return worktree ? .worktree : global ? .global : .local
  }
}

/// Tells what was done to a repository.
private enum GitSteps {
  static func report(_ step: GitInstallation.Step, done: String) {
    switch step {
    case .configuration(let scope): Console.note("\(done) git's configuration (\(scope.rawValue))")
    case .attributes(let path): Console.note("\(done) \(escapedForTerminal(path))")
    case .hook(let path): Console.note("\(done) \(escapedForTerminal(path))")
    case .hookElsewhere(let folder):
      Console.warning(
        "core.hooksPath leads to \(escapedForTerminal(folder)), which other repositories may share")
      Console.hint(
        "let its pre-commit and pre-merge-commit hooks run 'sealwax git precommit --staged'")
    case .files(let count):
      Console.note("wrote \(Plural.of(count, "file")) of the worktree anew")
    case .unfilteredSOPS:
      Console.warning(
        "files of which .sops.yaml alone says that they are encrypted are not filtered")
      Console.hint("name all that is to be filtered: 'sealwax git install --filter --path PATTERN'")
    case .changed(let paths):
      for path in paths {
        Console.warning(
          "\(escapedForTerminal(path)) has changes and was left as it is, in the worktree and "
            + "in the index")
      }
      Console.hint("'git add --renormalize FILE' seals it in the index, also what was added before")
    case .secret(let path): Console.note("removed \(escapedForTerminal(path))")
    }
  }
}
