internal import ArgumentParser

/// `sealwax git`.
struct GitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "git",
    abstract: "Work with git: readable differences, merges by value, plaintext in the worktree.",
    discussion: """
      'sealwax git install' is all that a person runs; git runs the rest. See docs/git.md.
      """,
    subcommands: [
      PrecommitCommand.self, GitInstallCommand.self, GitUninstallCommand.self, GitDiffCommand.self,
      GitMergeCommand.self, GitCleanCommand.self, GitSmudgeCommand.self,
      GitFilterProcessCommand.self,
    ])
}
