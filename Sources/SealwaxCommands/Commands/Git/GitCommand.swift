internal import ArgumentParser

/// `sealwax git`.
struct GitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "git",
    abstract: "Work with git: readable differences, merges by value, plaintext in the worktree.",
    discussion: """
      'sealwax git install' is all that a person runs; git runs the rest. See docs/git.md.

      EXAMPLES
        sealwax git install                     once in each clone
        git diff secrets/db.yaml                shows which values changed
        sealwax git precommit --all             every file that git tracks
      """,
    subcommands: [
      PrecommitCommand.self, GitInstallCommand.self, GitUninstallCommand.self, GitDiffCommand.self,
      GitMergeCommand.self, GitCleanCommand.self, GitSmudgeCommand.self,
      GitFilterProcessCommand.self,
    ])
}
