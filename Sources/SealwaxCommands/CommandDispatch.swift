internal import ArgumentParser
internal import Platform
internal import Workspace

/// The short way to the commands that are run the most.
///
/// To parse from the root takes a millisecond longer than to begin with the command that the first
/// argument names. What does not parse by itself, such as a mistake or a request for help, goes the
/// long way, where the messages come from.
enum CommandDispatch {
  /// The command that the arguments name, parsed.
  ///
  /// - Throws: What parsing from the root throws.
  static func command(_ arguments: [String]) throws -> any ParsableCommand {
    let arguments = withEmptyValues(arguments)
    try refuseHiddenHelp(arguments)
    try refuseUnknownCommands(arguments)
    if arguments.first == "apply", let end = arguments.firstIndex(of: "--") {
      let command = try Sealwax.parseAsRoot(Array(arguments[..<end]))
      guard var apply = command as? ApplyCommand else { return command }
      apply.kubectlArguments = Array(arguments[(end + 1)...])
      return apply
    }
    if arguments.first == "decrypt", let command = PlainDecrypt.command(arguments.dropFirst()) {
      return command
    }
    if let name = arguments.first, let type = direct[name],
      let command = try? type.parse(Array(arguments.dropFirst()))
    {
      return command
    }
    return try Sealwax.parseAsRoot(arguments)
  }

  /// The arguments with an empty value behind each `--name=`: the parser would take the next argument
  /// for the value, and so write over an input where a script's variable is not set.
  private static func withEmptyValues(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    let options = arguments[..<end].flatMap { argument in
      argument.hasPrefix("--") && argument.hasSuffix("=") && !argument.dropLast().contains("=")
        ? [String(argument.dropLast()), ""] : [argument]
    }
    return options + arguments[end...]
  }

  /// Refuses words in which the parser would find the `h` of `-h`: help ends with status 0, which a
  /// pipeline takes for a check that passed.
  ///
  /// - Throws: `.usage`.
  private static func refuseHiddenHelp(_ arguments: [String]) throws(WorkspaceError) {
    let options = arguments.prefix { $0 != "--" }
    for argument in options where argument.hasPrefix("-") && argument.utf8.count > 2 {
      guard !argument.hasPrefix("--"), argument.contains("h") else { continue }
      throw WorkspaceError(
        .usage, "unknown option '\(escapedForTerminal(argument))'",
        hints: ["options of several letters have two dashes; a file of that name is './-...'"])
    }
    // The help that is asked for may be the command's own.
    if arguments.first == "exec", options.count == arguments.count,
      options.dropFirst(2).contains(where: { $0 == "-h" || $0 == "--help" })
    {
      throw WorkspaceError(
        .usage, "the command to run stands behind '--'",
        hints: ["'sealwax exec --help' shows how"])
    }
  }

  /// Refuses a command that there is not, be it for help about it: with that, the parser shows what it
  /// knows and ends with status 0.
  ///
  /// - Throws: `.usage`.
  private static func refuseUnknownCommands(_ arguments: [String]) throws(WorkspaceError) {
    let isHelp = arguments.first == "help"
    var type: any ParsableCommand.Type = Sealwax.self
    var path = "sealwax"
    for name in arguments.dropFirst(isHelp ? 1 : 0) {
      let subcommands =
        type.configuration.subcommands
        + type.configuration.groupedSubcommands.flatMap(\.subcommands)
      guard !name.hasPrefix("-"), isHelp || !subcommands.isEmpty else { return }
      if name == "help" { continue }
      guard let found = subcommands.first(where: { $0._commandName == name }) else {
        throw WorkspaceError(
          .usage, "there is no command '\(path) \(escapedForTerminal(name))'",
          hints: ["'\(path) --help' lists what there is"])
      }
      type = found
      path += " " + name
    }
  }

  /// Commands without subcommands.
  private static let direct: [String: any ParsableCommand.Type] = [
    "encrypt": EncryptCommand.self, "decrypt": DecryptCommand.self, "view": ViewCommand.self,
    "set": SetCommand.self, "exec": ExecCommand.self, "verify": VerifyCommand.self,
  ]
}
