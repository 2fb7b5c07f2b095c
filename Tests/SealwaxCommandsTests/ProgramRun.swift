import Foundation
import TestSupport

/// The built program, run as a user runs it.
struct ProgramRun {
  let status: Int32
  let output: Data
  let errors: Data

  /// Where the tests are built, and the program beside them.
  static let productFolder: URL = {
    var url = URL(filePath: CommandLine.arguments[0])
    while url.pathExtension != "xctest", url.path != "/" { url.deleteLastPathComponent() }
    return url.deletingLastPathComponent()
  }()

  /// A command in a scratch folder: `sealwax` on PATH, a home of its own, no terminal.
  init(shell command: String, in folder: URL, input: Data = Data()) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = folder
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    process.environment = [
      "PATH": "\(Self.productFolder.path):\(path)", "HOME": folder.appending(path: ".home").path,
      "USER": "tester", "LC_ALL": "C.UTF-8", "ROOT": Fixtures.repository.path,
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.invalid",
      "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.invalid",
    ]
    let outputFile = try ScratchFile(), errorFile = try ScratchFile(), inputFile = try ScratchFile()
    try inputFile.handle.write(contentsOf: input)
    try inputFile.handle.seek(toOffset: 0)
    process.standardInput = inputFile.handle
    process.standardOutput = outputFile.handle
    process.standardError = errorFile.handle
    try process.run()
    process.waitUntilExit()
    let isExit = process.terminationReason == .exit
    status = isExit ? process.terminationStatus : 128 + process.terminationStatus
    output = try outputFile.contents()
    errors = try errorFile.contents()
  }

  static func lines(_ data: Data) -> [String] {
    String(decoding: data, as: UTF8.self).components(separatedBy: "\n")
  }
}

/// A file of its own that goes with the value.
private final class ScratchFile {
  let url: URL
  let handle: FileHandle

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "sealwax-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: url.path, contents: nil)
    handle = try FileHandle(forUpdating: url)
  }

  deinit {
    try? handle.close()
    try? FileManager.default.removeItem(at: url)
  }

  func contents() throws -> Data { try Data(contentsOf: url) }
}

/// A fresh folder with a home in it, that goes with the value.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "sealwax-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url.appending(path: ".home"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String, to name: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func read(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }
}
