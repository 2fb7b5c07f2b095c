import CryptoCore
import Foundation
import Platform
import Testing

/// A folder for one test, removed with the value.
final class Scratch: Sendable {
  let path: String

  /// Beside the built tests (usually a disk), or in memory.
  init(inMemory: Bool = false) throws {
    let parent = inMemory ? "/dev/shm" : Probe.buildFolder
    path = parent + "/platform-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    // Other users must get in: some tests run a probe as one.
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
  }

  deinit {
    _ = try? Probe.shell("chmod -R u+rwX \"$1\"; rm -rf \"$1\"", path)
  }

  func callAsFunction(_ name: String) -> String { path + "/" + name }

  func write(_ text: String, to name: String, mode: Int = 0o644) throws {
    try Data(text.utf8).write(to: URL(filePath: self(name)))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: self(name))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: self(name))), as: UTF8.self)
  }

  /// All names, hidden ones too, sorted.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}

/// Running the probe and other programs.
enum Probe {
  /// How a run ended.
  struct Result: Equatable {
    let status: ChildStatus
    let output: String
    let errors: String
  }

  static let buildFolder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().path

  static let path = buildFolder + "/platform-probe"

  static func run(_ arguments: String...) throws -> Result {
    try run(ChildProgram(path, arguments: arguments))
  }

  /// A shell command with `$1`, `$2`, ...
  @discardableResult
  static func shell(_ script: String, _ arguments: String...) throws -> Result {
    try run(ChildProgram("sh", arguments: ["-c", script, "sh"] + arguments))
  }

  static func run(_ program: ChildProgram, input: String = "") throws -> Result {
    let result = try ChildProcess.run(program, input: Array(input.utf8).span)
    return Result(
      status: result.status, output: text(result.output), errors: text(result.errors))
  }

  static let isRoot = geteuid() == 0
}

/// The bytes of a buffer as text.
func text(_ buffer: borrowing WipedBuffer) -> String {
  let bytes = buffer.bytes
  return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
}

/// Runs `body` and gives the code of the error it throws; nil when it throws none.
func code(_ body: () throws -> Void) -> PlatformError.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? PlatformError)?.code
  }
}

/// A line that a child writes; nil at the end.
func readLine(_ child: inout ChildProcess) throws -> String? {
  var line = WipedBuffer()
  return try child.readLine(limit: 1 << 20, appendingTo: &line) ? text(line) : nil
}
