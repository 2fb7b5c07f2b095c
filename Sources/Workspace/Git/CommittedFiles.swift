internal import CryptoCore
internal import Platform
internal import Synchronization

/// The files of one repository's HEAD, through one `git cat-file`.
final class CommittedFiles: Sendable {
  private struct State: ~Copyable, Sendable {
    var blobs: BlobReader?
    var hasFailed = false
  }

  /// The repository's folder, without symbolic links.
  let root: String
  private let state = Mutex(State())

  init(root: String) { self.root = root }

  /// The version of a file; nil when there is none, and after anything went wrong.
  ///
  /// - Parameter name: its path in the repository.
  func contents(of name: String, limit: Int) -> WipedBuffer? {
    state.withLock { state in
      guard !state.hasFailed else { return nil }
      do throws(WorkspaceError) {
        if state.blobs == nil { state.blobs = try CommittedFiles.start(in: root) }
        guard var blobs = state.blobs.take() else { return nil }
        let bytes = try blobs.contents(of: "HEAD:\(name)", limit: limit)
        state.blobs = consume blobs
        return bytes
      } catch {
        state.hasFailed = true
        return nil
      }
    }
  }

  private static func start(in root: String) throws(WorkspaceError) -> BlobReader {
    do throws(PlatformError) {
      return BlobReader(
        try ChildProcess(
          ChildProgram(
            "git", arguments: GitProgram.options + ["cat-file", "--batch"], folder: root),
          streams: ChildStreams(input: .pipe, output: .pipe, errors: .null),
          environment: environment(for: root)))
    } catch { throw WorkspaceError(reading: error) }
  }

  /// An environment in which git takes this repository and nothing from elsewhere: its own
  /// configuration could otherwise have objects fetched by a program that it names.
  private static func environment(for root: String) throws(PlatformError) -> ChildEnvironment {
    var environment = ChildEnvironment()
    // Where the user's configuration is says nothing about the repository.
    let kept = ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"]
    environment.removeAll { $0.hasPrefix("GIT_") && !kept.contains($0) }
    try environment.set("GIT_ALLOW_PROTOCOL", to: "none")
    try environment.set("GIT_NO_LAZY_FETCH", to: "1")
    try environment.set("GIT_TERMINAL_PROMPT", to: "0")
    try environment.set("GIT_OPTIONAL_LOCKS", to: "0")
    // A `.git` that is no repository must not lead to the one above.
    try environment.set("GIT_CEILING_DIRECTORIES", to: PathParts(root).folder)
    return environment
  }
}
