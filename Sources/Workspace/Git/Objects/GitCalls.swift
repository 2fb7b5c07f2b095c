internal import CryptoCore
internal import Platform

/// Runs git in the caller's own repository.
enum GitCalls {
  /// The environment of the caller, so that a hook sees the index and objects that git means; but
  /// nothing is fetched, asked for or written.
  static func environment(literalPaths: Bool) throws(PlatformError) -> ChildEnvironment {
    var environment = ChildEnvironment()
    environment.removeAll { name in
      [
        "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS",
      ].contains(name)
        || name.hasPrefix("GIT_TRACE")
    }
    if literalPaths { try environment.set("GIT_LITERAL_PATHSPECS", to: "1") }
    // What is there is looked at, not what is to stand for it.
    try environment.set("GIT_NO_REPLACE_OBJECTS", to: "1")
    try environment.set("GIT_GRAFT_FILE", to: noFile)
    try environment.set("GIT_NO_LAZY_FETCH", to: "1")
    // Git before 2.45 does not know that one.
    try environment.set("GIT_ALLOW_PROTOCOL", to: "none")
    try environment.set("GIT_TERMINAL_PROMPT", to: "0")
    try environment.set("GIT_OPTIONAL_LOCKS", to: "0")
    return environment
  }

  /// What is no file, without a warning.
  private static let noFile = "/dev/null/none"

  /// A git whose output is read as it comes.
  static func start(
    _ arguments: [String], in folder: String, takesInput: Bool
  ) throws(WorkspaceError) -> ChildProcess {
    do throws(PlatformError) {
      return try ChildProcess(
        ChildProgram("git", arguments: GitProgram.options + arguments, folder: folder),
        streams: ChildStreams(
          input: takesInput ? .pipe : .null, output: .pipe, errors: takesInput ? .null : .inherited),
        environment: environment(literalPaths: true))
    } catch { throw failure(error) }
  }

  /// What a short git says, line by line; nil when it fails.
  static func lines(
    _ arguments: [String], in folder: String
  ) throws(WorkspaceError) -> [String]? {
    do throws(PlatformError) {
      let result = try ChildProcess.run(
        ChildProgram("git", arguments: GitProgram.options + arguments, folder: folder),
        limit: 1 << 16,
        environment: environment(literalPaths: false))
      guard result.status == .exited(0) else { return nil }
      let output = result.output.bytes
      return String(decoding: output.indices.map { output[$0] }, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    } catch { throw failure(error) }
  }

  /// Why a partial clone cannot be looked at as a whole.
  static var missingContents: WorkspaceError {
    WorkspaceError(
      .noInput, "its contents are not in this clone",
      hints: ["fetch them, for instance with 'git checkout', and run this again"])
  }

  static func failure(_ error: PlatformError) -> WorkspaceError {
    guard error.code == .notFound else { return WorkspaceError(reading: error) }
    return WorkspaceError(.noInput, "there is no git on the PATH")
  }
}

/// The repository of the working folder.
struct CallersRepository {
  /// The folder of the working tree; nil when there is none: a bare repository.
  let root: String?
  /// The working folder.
  let folder: String

  /// - Throws: `.noInput` outside of a repository.
  static func find(
    hint: String = "go into one, or name files: 'sealwax git precommit PATH...'"
  ) throws(WorkspaceError) -> CallersRepository {
    let folder: String
    do { folder = try Files.workingDirectory() } catch { throw WorkspaceError(reading: error) }
    guard
      let lines = try GitCalls.lines(
        ["rev-parse", "--is-inside-work-tree", "--show-cdup"], in: folder), !lines.isEmpty
    else {
      throw WorkspaceError(
        .noInput, "this folder is in no git repository",
        hints: [hint])
    }
    guard lines[0] == "true" else { return CallersRepository(root: nil, folder: folder) }
    let up = lines.count > 1 ? lines[1] : ""
    do {
      return CallersRepository(root: try Files.realPath(up.isEmpty ? "." : up), folder: folder)
    } catch { throw WorkspaceError(reading: error) }
  }

  /// A path of the repository as it is shown: from the working folder.
  func shownPath(_ path: String) -> String {
    guard let root, root != folder else { return path }
    let prefix = root == "/" ? "/" : root + "/"
    guard folder.utf8.starts(with: prefix.utf8),
      let inner = String(folder.utf8.dropFirst(prefix.utf8.count))
    else { return PathParts.join(root, path) }
    if path.utf8.starts(with: (inner + "/").utf8) {
      return String(path.utf8.dropFirst(inner.utf8.count + 1)) ?? path
    }
    let depth = inner.utf8.split(separator: 0x2f).count
    return String(repeating: "../", count: depth) + path
  }
}

/// The root of the working tree that we are in.
public enum RepositoryRoot {
  /// Its folder as seen from the working folder; `.` in no repository, or a bare one.
  public static func folder() -> String {
    guard let folder = try? Files.workingDirectory(),
      let lines = try? GitCalls.lines(["rev-parse", "--show-cdup"], in: folder),
      let up = lines.first, !up.isEmpty
    else { return "." }
    return up.hasSuffix("/") ? String(up.dropLast()) : up
  }
}
