internal import CryptoCore
internal import Platform

/// The versions of files in the index and in HEAD of the repository whose git started us, through
/// one `git cat-file`.
struct IndexedFiles: ~Copyable {
  private var blobs: BlobReader?
  private let indexPath: String?
  /// Which index the process has read.
  private var index: FileIdentity?

  init() {
    blobs = nil
    indexPath = GitProgram().line(["rev-parse", "--path-format=absolute", "--git-path", "index"])
    index = nil
  }

  /// Where a version is looked for.
  enum Place: String {
    case index = ":0:"
    case head = "HEAD:"
  }

  /// The version of a file; nil when there is none, it is no file, or it is larger than `limit`.
  ///
  /// - Parameter path: from the top of the worktree.
  /// - Throws: `.inputOutput` when git fails: without it, unchanged values would get new ciphertext.
  mutating func contents(
    of path: String, in place: Place, limit: Int
  ) throws(WorkspaceError) -> WipedBuffer? {
    do { try restartIfChanged() } catch { throw WorkspaceError(reading: error) }
    guard var running = blobs.take() else { return nil }
    do throws(WorkspaceError) {
      let contents = try running.contents(
        of: place.rawValue + path, limit: limit, terminator: 0)
      blobs = consume running
      return contents
    } catch {
      // Of one that is too large nothing was read: the next has a process of its own.
      guard error.kind == .malformed else { throw error }
      return nil
    }
  }

  /// Git reads the index once: when there is another one, so must be the process.
  private mutating func restartIfChanged() throws(PlatformError) {
    let found = indexPath.flatMap { try? Files.identity(of: $0) }
    if blobs != nil, found == index { return }
    blobs = nil
    blobs = BlobReader(
      try ChildProcess(
        ChildProgram("git", arguments: GitProgram.options + ["cat-file", "--batch", "-z"]),
        streams: ChildStreams(input: .pipe, output: .pipe, errors: .null),
        environment: try GitProgram.environment()))
    index = found
  }
}
