public import CryptoCore
internal import Platform
internal import Synchronization

/// The committed versions (HEAD) of files, read through one `git cat-file` for a whole run.
///
/// Only helps to keep ciphertext of unchanged values, so whatever goes wrong means "none".
public final class GitHead: Sendable {
  private struct Reader: ~Copyable, Sendable {
    var process: ChildProcess
    /// The repository's folder, without symbolic links.
    let root: String
  }

  private let reader = Mutex<Reader?>(nil)
  private let hasFailed = Mutex(false)
  private let limit: Int

  /// - Parameter limit: the largest file, in bytes.
  public init(limit: Int) { self.limit = limit }

  /// The version of a file in HEAD; nil when there is none, or no git.
  public func contents(of path: String) -> WipedBuffer? {
    guard !hasFailed.withLock({ $0 }), let whole = ResolvedPath.file(path) else { return nil }
    let folder = PathParts(whole).folder
    do throws(PlatformError) {
      return try reader.withLock { reader throws(PlatformError) in
        if reader == nil, let root = GitHead.root(of: folder) {
          reader = try GitHead.start(in: root)
        }
        guard var open = reader.take() else { return nil }
        let prefix = open.root == "/" ? "/" : open.root + "/"
        // A line break cannot be asked for in this protocol.
        guard whole.hasPrefix(prefix), !whole.utf8.contains(0x0a) else {
          reader = consume open
          return nil
        }
        let bytes = try GitHead.read(
          String(whole.dropFirst(prefix.count)), from: &open.process, limit: limit)
        reader = consume open
        return bytes
      }
    } catch {
      hasFailed.withLock { $0 = true }
      return nil
    }
  }

  private static func root(of folder: String) -> String? {
    var place = folder
    while !Files.exists(PathParts.join(place, ".git")) {
      guard place != "/" else { return nil }
      place = PathParts(place).folder
    }
    return place
  }

  private static func start(in root: String) throws(PlatformError) -> Reader {
    var environment = ChildEnvironment()
    for name in KeyVariables.all { environment.remove(name) }
    let process = try ChildProcess(
      ChildProgram("git", arguments: ["cat-file", "--batch"], folder: root),
      streams: ChildStreams(input: .pipe, output: .pipe, errors: .null),
      environment: environment)
    return Reader(process: process, root: root)
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
