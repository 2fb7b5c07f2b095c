internal import Platform
internal import SOPSFormat
internal import Workspace

/// SOPS's own command line: `sealwax sops`, and the program under the name `sops`.
enum SOPSProgram {
  /// Runs a command and returns SOPS's exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do {
      return try SOPSProgram.command(arguments)
    } catch let exit as SOPSExit {
      if let error = exit.error { Console.error(error) }
      return exit.status
    } catch let error as WorkspaceError {
      Console.error(error)
      return SOPSStatus.of(error, isPlain: false)
    } catch {
      Console.error(WorkspaceError(.other, "\(error)"))
      return SOPSStatus.generic
    }
  }

  private static func command(_ arguments: [String]) throws -> Int32 {
    let plain = SOPSVerb.plainFlags + SOPSFlag.common
    var front = try SOPSArguments(arguments, flags: plain, anywhere: false)
    guard let (verb, rest) = try verb(front.positionals) else {
      if front.has("help") { return try SOPSHelp.print(nil) }
      if front.has("version") { return try SOPSHelp.printVersion() }
      try front.addVariables(plain)
      return try SOPSPlainForm.run(try SOPSSession(front))
    }
    // SOPS passes over these in silence, and then does something else than was meant.
    let misplaced = front.names.filter { name in !SOPSFlag.common.contains { $0.name == name } }
    let unheard = misplaced.filter { !$0.hasSuffix("keyservice") }
    if let flag = unheard.first {
      throw SOPSExit(
        SOPSStatus.generic, "--\(flag) must stand behind '\(verb.rawValue)', not in front of it")
    }
    let flags = verb.flags + SOPSFlag.common
    var own = try SOPSArguments(rest, flags: flags, anywhere: true)
    if own.has("help") || front.has("help") { return try SOPSHelp.print(verb) }
    own.merge(front)
    try own.addVariables(flags)
    return try run(verb, try SOPSSession(own))
  }

  /// The command that arguments begin with, and the arguments behind it.
  private static func verb(_ words: [String]) throws -> (SOPSVerb, [String])? {
    guard let word = words.first else { return nil }
    let rest = Array(words.dropFirst())
    if word == "help" || word == "h" {
      throw SOPSExit(try SOPSHelp.print(rest.first.flatMap { SOPSVerb(rawValue: $0) }))
    }
    guard word == "groups" else { return SOPSVerb(rawValue: word).map { ($0, rest) } }
    guard let second = rest.first, let verb = SOPSVerb(rawValue: "groups " + second) else {
      throw SOPSExit(SOPSStatus.generic, "'groups' is followed by 'add' or 'delete'")
    }
    return (verb, Array(rest.dropFirst()))
  }

  private static func run(_ verb: SOPSVerb, _ session: SOPSSession) throws -> Int32 {
    switch verb {
    case .encrypt: try SOPSWriting.encrypt(session)
    case .decrypt: try SOPSReading.decrypt(session)
    case .edit: try SOPSWriting.edit(session)
    case .set: try SOPSWriting.set(session)
    case .unset: try SOPSWriting.unset(session)
    case .rotate: try SOPSKeyCommands.rotate(session)
    case .updatekeys: try SOPSKeyCommands.update(session)
    case .groupsAdd: try SOPSKeyCommands.addGroup(session)
    case .groupsDelete: try SOPSKeyCommands.deleteGroup(session)
    case .filestatus: try SOPSReading.status(session)
    case .execEnv: return try SOPSReading.executeWithVariables(session)
    case .execFile: return try SOPSReading.executeWithFile(session)
    case .publish: try SOPSPublishing.publish(session)
    case .keyservice: try SOPSServing.serve(session)
    case .completion: try SOPSCompletion.print(session)
    }
    return 0
  }
}

/// The form without a command: `sops --decrypt FILE`; without a flag that says what to do, `edit`.
enum SOPSPlainForm {
  static func run(_ session: SOPSSession) throws -> Int32 {
    let arguments = session.arguments
    let modes = ["decrypt", "encrypt", "rotate"].filter(arguments.has)
    let hasSet = arguments.text("set") != nil
    guard modes.count + (hasSet ? 1 : 0) <= 1 else {
      throw SOPSExit(
        SOPSStatus.conflictingFlags, "--decrypt, --encrypt, --rotate and --set exclude each other")
    }
    guard let path = arguments.positionals.first else {
      throw SOPSExit(
        SOPSStatus.noFile, "no file is named", hints: ["see 'sealwax sops --help'"])
    }
    if !Files.exists(path), arguments.names.contains(where: SOPSKeyCommands.isChange) {
      throw SOPSExit(
        SOPSStatus.noFileForKeys,
        WorkspaceError(.noInput, "there is no such file to change the keys of", path: path))
    }
    switch modes.first {
    case "decrypt": try SOPSReading.decrypt(session)
    case "encrypt": try SOPSWriting.encrypt(session)
    case "rotate": try SOPSKeyCommands.rotate(session)
    default: if hasSet { try SOPSWriting.setByFlag(session) } else { try SOPSWriting.edit(session) }
    }
    return 0
  }
}
