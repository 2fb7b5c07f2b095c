internal import ArgumentParser
internal import CryptoCore
internal import Platform
internal import Workspace

/// The program's way in and out.
public enum SealwaxProgram {
  /// Runs the command that a command line names, and returns the exit status.
  ///
  /// - Parameter commandLine: What the program was called by, and its arguments. Swift reads them from
  ///   /proc, and has none when it could not: with no descriptor free, for instance. That must not look
  ///   as if nothing had been asked for.
  public static func run(commandLine: [String]) -> Int32 {
    guard let name = commandLine.first else {
      let error = WorkspaceError(
        .other, "cannot read the arguments from /proc/self/cmdline",
        hints: ["allow more open files (ulimit -n), and mount /proc"])
      Console.error(error)
      return ExitStatus.of(error)
    }
    return run(arguments: Array(commandLine.dropFirst()), calledAs: name)
  }

  /// Runs the command that the arguments name, and returns the exit status.
  ///
  /// - Parameter name: What the program was called by: under the name `sops` it takes SOPS's command
  ///   line.
  static func run(arguments: [String], calledAs name: String) -> Int32 {
    Hardening.fillStandardDescriptors()
    // Ready by the time that arguments and files have been read.
    if needsCiphers(arguments) { Parallel.inBackground { Ciphers.prepare() } }
    for shortfall in Hardening.apply() { Console.warning("\(shortfall)") }
    if PathName.last(of: name) == "sops" { return SOPSProgram.run(arguments) }
    if arguments.first == "sops" { return SOPSProgram.run(Array(arguments.dropFirst())) }
    do {
      var command = try CommandDispatch.command(arguments)
      try command.run()
      return 0
    } catch {
      return status(of: error)
    }
  }

  private static func needsCiphers(_ arguments: [String]) -> Bool {
    guard let command = arguments.first else { return false }
    return [
      "encrypt", "decrypt", "edit", "view", "set", "unset", "exec", "apply", "mask", "kustomize",
      "file", "rewrap", "rotate", "reseal", "exposure", "revoke", "leaks", "sops",
      "seal", "unseal", "convert",
    ].contains(command)
  }

  private static func status(of error: any Error) -> Int32 {
    switch error {
    case let error as WorkspaceError:
      Console.error(error)
      return ExitStatus.of(error)
    case let error as ExitCode: return error.rawValue
    default: break
    }
    let status = Sealwax.exitCode(for: error).rawValue
    let text = Sealwax.fullMessage(for: error)
    if status == 0 {
      return (try? Console.print(text + "\n")) == nil ? 74 : 0
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var message = Sealwax.message(for: error)
    if let first = message.first, !message.dropFirst().prefix(1).allSatisfy(\.isUppercase) {
      message = first.lowercased() + message.dropFirst()
    }
    let trimmed = String(message.drop(while: { $0.isWhitespace }))
    Console.error(WorkspaceError(.usage, Console.shown(trimmed, keepingLines: true)))
    // What a value may be.
    let isUnexplained =
      message.contains("is invalid for") && !message.contains("Please provide one of")
    for line in lines where line.hasPrefix("Help:") && isUnexplained {
      let help = line.dropFirst(5).drop { $0 == " " }.split(separator: "  ", maxSplits: 1)
      Console.hint(Console.shown(help.joined(separator: ": ")))
    }
    for line in lines where line.hasPrefix("Usage:") {
      Console.hint("usage: " + Console.shown(String(line.dropFirst(6).drop { $0 == " " })))
    }
    for line in lines where line.hasPrefix("  See '") {
      Console.hint(Console.shown(String(line.drop { $0 == " " })))
    }
    return status
  }
}
