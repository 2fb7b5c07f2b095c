/// What git is asked for all of a repository's history: everything that a branch, a tag, a stash, a
/// note or a reflog leads to, in every worktree.
enum HistoryLists {
  private static let everything = ["--all", "--reflog"]

  /// Every file's contents, each once, and what is in the index only.
  ///
  /// Of a partial clone everything is listed, with what is missing: where a folder is, git passes over
  /// it in silence when it is asked for files.
  ///
  /// - Parameter paths: Files and folders; empty for all.
  static func blobs(
    of paths: [String] = [], in folder: String
  ) throws(WorkspaceError) -> [String] {
    ["rev-list", "--objects", "--no-object-names"]
      + [try isPartial(folder) ? "--missing=print" : "--filter=object:type=blob"] + everything
      + (paths.isEmpty ? ["--indexed-objects"] : ["--full-history", "--"] + paths)
  }

  /// Whether objects may be missing, since the clone is a partial one.
  private static func isPartial(_ folder: String) throws(WorkspaceError) -> Bool {
    let keys = "^(extensions\\.partialclone|remote\\..*\\.(promisor|partialclonefilter))$"
    return try GitCalls.lines(["config", "--get-regexp", keys], in: folder) != nil
  }

  /// Every commit.
  static let commits = ["rev-list"] + everything

  /// Every change of a file, the newest commits first and none before those that follow it.
  static let changes =
    [
      "-c", "log.showSignature=false", "log", "--format=%H %ct", "-c", "--root", "--no-relative",
      "--no-notes", "--date-order", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-ext-diff",
      "--no-color",
    ] + everything

  /// Whether commits are missing, since the clone is a shallow one.
  static func isShallow(_ folder: String) throws(WorkspaceError) -> Bool {
    try GitCalls.lines(["rev-parse", "--is-shallow-repository"], in: folder)?.first == "true"
  }

  /// What a partial clone hides.
  static func partial(_ count: Int) -> WorkspaceError {
    WorkspaceError(
      .noInput,
      "this clone is a partial one: \(count) object\(count == 1 ? " is" : "s are") not looked at",
      hints: ["clone the repository anew, without --filter, and run this there"])
  }

  /// What a shallow clone hides.
  static var shallow: WorkspaceError {
    WorkspaceError(
      .noInput, "this clone is shallow: most of its history is not looked at",
      hints: ["get it all with 'git fetch --unshallow', and run this again"])
  }
}
