internal import CryptoCore
internal import Platform
internal import Synchronization

/// The files of one repository's HEAD, through one `git cat-file`.
final class CommittedFiles: Sendable {
  private struct State: ~Copyable, Sendable {
    var process: ChildProcess?
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
      do throws(PlatformError) {
        if state.process == nil { state.process = try CommittedFiles.start(in: root) }
        guard var process = state.process.take() else { return nil }
        let bytes = try CommittedFiles.read(name, from: &process, limit: limit)
        state.process = consume process
        return bytes
      } catch {
        state.hasFailed = true
        return nil
      }
    }
  }

  private static func start(in root: String) throws(PlatformError) -> ChildProcess {
    try ChildProcess(
      ChildProgram("git", arguments: ["cat-file", "--batch"], folder: root),
      streams: ChildStreams(input: .pipe, output: .pipe, errors: .null),
      environment: environment(for: root))
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

  /// One request: a header `ID blob SIZE`, SIZE bytes, LF; or `NAME missing`.
  private static func read(
    _ name: String, from process: inout ChildProcess, limit: Int
  ) throws(PlatformError) -> WipedBuffer? {
    try process.write(Array("HEAD:\(name)\n".utf8).span)
    var header = WipedBuffer()
    guard try process.readLine(limit: 8192, appendingTo: &header) else { return nil }
    let bytes = header.bytes
    let fields = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
      .split(separator: " ")
    guard fields.count == 3, fields[1] == "blob", let size = Int(fields[2]) else {
      guard fields.last == "missing" else {
        throw PlatformError(.other, "read from", path: "git")
      }
      return nil
    }
    guard size <= limit else { throw PlatformError(.tooLarge, "read from", path: "git") }
    var contents = WipedBuffer(capacity: size + 1)
    while contents.count <= size {
      guard try process.readLine(limit: size + 1, appendingTo: &contents) else {
        throw PlatformError(.endOfInput, "read from", path: "git")
      }
      contents.append(0x0a)
    }
    contents.truncate(to: size)
    return contents
  }
}
