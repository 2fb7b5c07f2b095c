internal import CryptoCore
internal import Glibc
internal import Platform

/// A process for the tests to kill, to run as another user, to start twice, to give a terminal.
@main
enum Probe {
  static func main() {
    var arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "--user", let user = arguments.dropFirst().first.flatMap({ UInt32($0) }) {
      guard setgroups(0, nil) == 0, setgid(user) == 0, setuid(user) == 0 else { exit(99) }
      arguments = arguments.dropFirst(2)
    }
    if arguments.first == "--harden" {
      _ = Hardening.apply()
      arguments = arguments.dropFirst()
    }
    guard let command = arguments.popFirst(), let run = commands[command] else { exit(64) }
    do {
      try run(Array(arguments))
    } catch {
      Files.writeStandardError("\(error)\n")
      exit(1)
    }
  }

  private static let commands: [String: @Sendable ([String]) throws -> Void] = [
    "write": WriteCommands.write,
    "write-batch": WriteCommands.writeBatch,
    "increment": WriteCommands.increment,
    "hold-write": WriteCommands.holdWrite,
    "read": OtherCommands.read,
    "copy": OtherCommands.copy,
    "walk": OtherCommands.walk,
    "harden": OtherCommands.harden,
    "passphrase": OtherCommands.passphrase,
    "confirm": OtherCommands.confirm,
    "private-folder": OtherCommands.privateFolder,
    "foreground": OtherCommands.foreground,
  ]

  /// Writes a line to standard output at once.
  static func say(_ text: String) {
    try? Files.writeStandardOutput(Array((text + "\n").utf8).span)
  }
}
