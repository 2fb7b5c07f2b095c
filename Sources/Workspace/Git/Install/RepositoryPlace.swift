internal import Platform

/// Where the parts of a repository are.
struct RepositoryPlace {
  /// Git, run at the top.
  let git: GitProgram
  /// The top of the worktree; nil for a bare repository.
  let top: String?
  /// Git's folder, which all worktrees share.
  let common: String
  /// The folder of the hooks.
  let hooks: String

  /// The repository that we are in.
  ///
  /// - Throws: `.noInput` outside of one.
  init() throws(WorkspaceError) {
    let here = GitProgram()
    guard let common = here.line(["rev-parse", "--path-format=absolute", "--git-common-dir"])
    else {
      throw WorkspaceError(
        .noInput, "this is no git repository", hints: ["run it in one, or make one with git init"])
    }
    self.common = common
    top = here.line(["rev-parse", "--path-format=absolute", "--show-toplevel"])
    git = GitProgram(folder: top)
    hooks =
      git.line(["rev-parse", "--path-format=absolute", "--git-path", "hooks"])
      ?? PathParts.join(common, "hooks")
  }

  /// The folder of the hooks when it is this repository's: in git's folder or in the worktree.
  var ownHooks: String? {
    let place = ResolvedPath.folder(hooks) ?? hooks
    let isOwn = [common, top].compactMap { $0 }.contains { owner in
      place.hasPrefix((ResolvedPath.folder(owner) ?? owner) + "/")
    }
    return isOwn ? hooks : nil
  }

  /// The file with attributes that is not committed.
  var infoAttributes: String {
    git.line(["rev-parse", "--path-format=absolute", "--git-path", "info/attributes"])
      ?? PathParts.join(common, "info/attributes")
  }
}
