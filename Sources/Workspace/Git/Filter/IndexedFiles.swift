internal import CryptoCore
internal import Platform

/// The versions of files in the index and in HEAD of the repository whose git started us, through
/// one `git cat-file`.
struct IndexedFiles: ~Copyable {
  private var process: ChildProcess?
  private let indexPath: String?
  /// Which index the process has read.
  private var index: FileIdentity?

  init() {
    process = nil
    indexPath = GitProgram().line(["rev-parse", "--path-format=absolute", "--git-path", "index"])
    index = nil
  }

  /// Where a version is looked for.
  enum Place: String {
    case index = ":0:"
    case head = "HEAD:"
  }

  /// The version of a file; nil when there is none, or it is no file.
  ///
  /// - Parameter path: from the top of the worktree.
  /// - Throws: `.inputOutput` when git fails: without it, unchanged values would get new ciphertext.
  mutating func contents(
    of path: String, in place: Place, limit: Int
  ) throws(WorkspaceError) -> WipedBuffer? {
    do throws(PlatformError) {
      try restartIfChanged()
      guard var running = process.take() else { return nil }
      let contents = try Self.read(place.rawValue + path, from: &running, limit: limit)
      process = consume running
      return contents
    } catch { throw WorkspaceError(reading: error) }
  }

  /// Git reads the index once: when there is another one, so must be the process.
  private mutating func restartIfChanged() throws(PlatformError) {
    let found = indexPath.flatMap { try? Files.identity(of: $0) }
    if process != nil, found == index { return }
    process = nil
    process = try ChildProcess(
      ChildProgram("git", arguments: ["cat-file", "--batch", "-z"]),
      streams: ChildStreams(input: .pipe, output: .pipe, errors: .null),
      environment: try GitProgram.environment())
    index = found
  }

  private static func read(
    _ name: String, from process: inout ChildProcess, limit: Int
  ) throws(PlatformError) -> WipedBuffer? {
    try process.write((Array(name.utf8) + [0]).span)
    var header = WipedBuffer()
    guard try process.readLine(limit: 65_536, appendingTo: &header) else {
      throw PlatformError(.endOfInput, "read from", path: "git")
    }
    let fields = String(decoding: [UInt8](copying: header.bytes), as: UTF8.self)
      .split(separator: " ")
    guard fields.count == 3, fields[0].utf8.allSatisfy(isHexadecimal), let size = Int(fields[2])
    else {
      // `NAME missing`, over as many lines as the name has.
      for _ in name.utf8.filter({ $0 == 0x0a }) {
        var rest = WipedBuffer()
        guard try process.readLine(limit: 65_536, appendingTo: &rest) else { break }
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
    guard fields[1] == "blob" else { return nil }
    return contents
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}
