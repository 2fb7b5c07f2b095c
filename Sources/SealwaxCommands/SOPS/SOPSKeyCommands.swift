internal import CryptoCore
internal import Platform
internal import SOPSFormat
internal import Workspace

/// SOPS's commands that change who can open a file.
enum SOPSKeyCommands {
  /// Whether a flag adds or removes recipients.
  static func isChange(_ flag: String) -> Bool {
    flag.hasPrefix("add-") || flag.hasPrefix("rm-")
  }

  /// `rotate`.
  static func rotate(_ session: SOPSSession) throws {
    guard let path = try session.onlyFile() else {
      throw SOPSExit(SOPSStatus.noFile, "no file is named")
    }
    try session.requireOneDestination()
    guard Files.exists(path) else {
      let changesKeys = session.arguments.names.contains(where: isChange)
      throw SOPSExit(
        changesKeys ? SOPSStatus.noFileForKeys : SOPSStatus.unreadable,
        WorkspaceError(.noInput, "there is no such file", path: path))
    }
    let document = try SOPSDocument(path)
    let file = try session.open(document, try session.store(of: session.name(of: path)))
    let keys = try session.keys()
    let added = try wrappers(session.recipients(prefix: "add-"), keys)
    let removed = try session.recipients(prefix: "rm-").map { try recipient(removedBy: $0, keys) }
    let key = try keys.dataKey(of: file.metadata, path: path)
    var changes = try SOPSKeyChanges(of: file.metadata, keys: keys, without: Set(removed))
    changes.add(added)
    let text: WipedBuffer
    do {
      let settings = SOPSSettings(
        keyGroups: changes.groups, shamirThreshold: changes.neededGroupCount,
        selection: file.metadata.selection,
        isMACOnlyEncrypted: file.metadata.isMACOnlyEncrypted)
      var writer = session.writer()
      text = try writer.rotate(file, key, settings: settings)
    } catch { throw WorkspaceError(error, path: path) }
    try session.write(text, of: document, mode: 0o644)
  }

  /// The recipient that is taken out.
  private static func recipient(
    removedBy name: SOPSRecipientName, _ keys: SOPSKeys
  ) throws -> String {
    do { try name.checkForm() } catch {
      throw SOPSExit(SOPSStatus.generic, WorkspaceError(error))
    }
    return (try? keys.wrapper(for: name).recipient) ?? name.name
  }

  private static func wrappers(
    _ names: [SOPSRecipientName], _ keys: SOPSKeys
  ) throws -> [any SOPSKeyWrapper] {
    do {
      var wrappers: [any SOPSKeyWrapper] = []
      for name in names { wrappers.append(try keys.wrapper(for: name)) }
      return wrappers
    } catch { throw SOPSExit(SOPSStatus.generic, WorkspaceError(error)) }
  }

  /// `updatekeys`.
  static func update(_ session: SOPSSession) throws {
    let paths = session.arguments.positionals
    guard let configuration = try session.configuration() else {
      throw SOPSExit(
        SOPSStatus.generic,
        WorkspaceError(.configuration, "there is no .sops.yaml here or in a folder above"))
    }
    guard !paths.isEmpty else { throw SOPSExit(SOPSStatus.noFile, "no file is named") }
    let keys = try session.keys()
    var consent = SOPSConsent()
    guard paths.count > 1 else {
      return try update(paths[0], configuration, keys, session, &consent)
    }
    var failureCount = 0
    for path in paths {
      do { try update(path, configuration, keys, session, &consent) } catch let error
        as WorkspaceError
      {
        Console.error(error)
        failureCount += 1
      } catch let exit as SOPSExit {
        if let error = exit.error { Console.error(error) }
        failureCount += 1
      }
    }
    guard failureCount == 0 else {
      throw SOPSExit(
        SOPSStatus.generic,
        WorkspaceError(.other, "\(failureCount) of \(paths.count) files were not updated"))
    }
  }

  private static func update(
    _ path: String, _ configuration: SOPSConfiguration, _ keys: SOPSKeys, _ session: SOPSSession,
    _ consent: inout SOPSConsent
  ) throws {
    let document = try SOPSDocument(path)
    let file = try session.open(document, session.inputStore(path))
    guard let rule = try configuration.rule(for: path) else {
      throw WorkspaceError(
        .configuration, "it has no creation rules", path: configuration.path)
    }
    let settings: SOPSSettings
    do { settings = try keys.settings(rule) } catch {
      throw WorkspaceError(configuration: error, path: configuration.path)
    }
    let changes = SOPSKeyChanges(
      of: file.metadata, to: settings,
      threshold: max(0, session.arguments.number("shamir-secret-sharing-threshold") ?? 0))
    let shown = escapedForTerminal(path)
    guard changes.isChange else { return Console.note("\(shown): already up to date") }
    try Console.print("The following changes will be made to the file's groups:\n")
    try Console.print(changes.lines.map { $0 + "\n" }.joined())
    guard try session.arguments.has("yes") || consent.isGiven() else {
      return Console.note("\(shown): left unchanged")
    }
    try write(changes, file, keys, path, session) { try document.replace(with: $0) }
    Console.note("\(shown): synced with new keys")
  }

  /// `groups add`.
  static func addGroup(_ session: SOPSSession) throws {
    guard session.arguments.positionals.isEmpty else {
      throw SOPSExit(SOPSStatus.generic, "'groups add' takes flags only: name the file by --file")
    }
    let keys = try session.keys()
    let group = try wrappers(session.recipients(), keys)
    try changeGroups(session, keys) { $0.add(group: group) }
  }

  /// `groups delete`.
  static func deleteGroup(_ session: SOPSSession) throws {
    let words = session.arguments.positionals
    guard words.count == 1, let index = words.first.flatMap({ Int($0) }), index >= 0 else {
      throw SOPSExit(
        SOPSStatus.generic, "'groups delete' takes the place of one group, counted from 0")
    }
    try changeGroups(session, try session.keys()) { (changes) throws(WorkspaceError) in
      try changes.removeGroup(at: index)
    }
  }

  private static func changeGroups(
    _ session: SOPSSession, _ keys: SOPSKeys,
    _ body: (inout SOPSKeyChanges) throws(WorkspaceError) -> Void
  ) throws {
    guard let path = session.arguments.text("file") else {
      throw SOPSExit(SOPSStatus.noFile, "no file is named", hints: ["name it by --file"])
    }
    try SOPSSession.requireFile(path)
    let document = try SOPSDocument(path)
    let file = try session.open(document, session.inputStore(path))
    var changes = try SOPSKeyChanges(of: file.metadata, keys: keys)
    if let threshold = session.arguments.number("shamir-secret-sharing-threshold"), threshold > 0 {
      changes.shamirThreshold = threshold
    }
    try body(&changes)
    try write(changes, file, keys, path, session) { text in
      if session.arguments.has("in-place") { return try document.replace(with: text) }
      try SOPSDocument.write(text, to: nil, mode: 0o644)
    }
  }

  private static func write(
    _ changes: SOPSKeyChanges, _ file: SOPSFile, _ keys: SOPSKeys, _ path: String,
    _ session: SOPSSession, to destination: (Span<UInt8>) throws -> Void
  ) throws {
    let key = try keys.dataKey(of: file.metadata, path: path)
    let text: WipedBuffer
    do {
      var writer = session.writer()
      text = try writer.updateKeys(
        of: file, key, keyGroups: changes.groups, shamirThreshold: changes.neededGroupCount)
    } catch { throw WorkspaceError(error, path: path) }
    try destination(text.bytes)
  }
}
