import CryptoCore
import Foundation
import SOPSFormat

/// GnuPG with a folder of its own.
final class GPG: OpenPGPAgent {
  private let folder: URL

  /// - Parameter paths: Files of keys, in the folder of the cases.
  init(importing paths: [String]) throws {
    // A socket's path has little room.
    folder = URL(filePath: "/tmp/sealwax-gpg-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    let keys = paths.map { InteropCase.folder.appending(path: $0).path }
    let (status, _, errors) = try run(["--import"] + keys, input: [])
    guard status == 0 else { throw OpenPGPFailure("gpg did not import the key: \(errors)") }
  }

  deinit {
    _ = try? Process.run(
      URL(filePath: "/usr/bin/gpgconf"), arguments: ["--homedir", folder.path, "--kill", "all"]
    ).waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  func run(
    _ arguments: [String], input: [UInt8]
  ) throws -> (status: Int32, output: [UInt8], errors: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/gpg")
    process.arguments =
      ["--homedir", folder.path, "--batch", "--no-tty", "--quiet", "--trust-model", "always"]
      + arguments
    let (inPipe, outPipe) = (Pipe(), Pipe())
    let errorFile = folder.appending(path: "errors-\(UInt32.random(in: 0...UInt32.max))")
    _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
    process.standardInput = inPipe
    process.standardOutput = outPipe
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    _ = signal(SIGPIPE, SIG_IGN)
    inPipe.fileHandleForWriting.write(Data(input))
    try inPipe.fileHandleForWriting.close()
    let output = outPipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let errors = try String(contentsOf: errorFile, encoding: .utf8)
    return (process.terminationStatus, Array(output), errors)
  }

  func decrypt(
    _ message: [UInt8], in arena: SecretArena?
  ) throws(OpenPGPFailure) -> SecretBytes? {
    do {
      let (status, output, errors) = try run(["--decrypt"], input: message)
      if errors.contains("No secret key") { return nil }
      guard status == 0 else { throw OpenPGPFailure(errors) }
      return try SecretBytes(copying: output.span, in: arena)
    } catch { throw OpenPGPFailure("\(error)") }
  }

  func encrypt(
    _ plaintext: Span<UInt8>, for fingerprint: String
  ) throws(OpenPGPFailure) -> [UInt8] {
    do {
      let (status, output, errors) = try run(
        ["--armor", "--encrypt", "--recipient", fingerprint], input: Array(copying: plaintext))
      guard status == 0 else { throw OpenPGPFailure(errors) }
      return output
    } catch { throw OpenPGPFailure("\(error)") }
  }
}
