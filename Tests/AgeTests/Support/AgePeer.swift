import Foundation
import Testing

/// The `age` and `age-keygen` of the machine, and `ssh-keygen`; tests fail without them in CI.
enum AgePeer {
  /// Whether the programs are there.
  static func isThere() throws -> Bool {
    let found = try? Shell.run("sh", "-c", "command -v age age-keygen ssh-keygen python3")
    if found != nil { return true }
    try #require(
      ProcessInfo.processInfo.environment["CI"] == nil, "age, ssh-keygen or python3 is missing")
    print("note: no age, ssh-keygen or python3: not tested against them")
    return false
  }

  /// Runs age on a terminal of its own, where it asks for a passphrase, and answers each question.
  static func runOnTerminal(_ passphrase: String, _ arguments: [String]) throws {
    let script = """
      import os, pty, sys, time
      answer, command = sys.argv[1].encode() + b"\\n", sys.argv[2:]
      pid, terminal = pty.fork()
      if pid == 0: os.execvp(command[0], command)
      seen = b""
      while True:
          try: part = os.read(terminal, 4096)
          except OSError: break
          if not part: break
          seen += part
          while b": " in seen or b"?" in seen:
              seen = b""
              time.sleep(0.05)
              os.write(terminal, answer)
      _, status = os.waitpid(pid, 0)
      sys.exit(os.waitstatus_to_exitcode(status))
      """
    let command = ["python3", "-c", script, passphrase, "age"] + arguments
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "age \(arguments) failed on a terminal")
  }
}
