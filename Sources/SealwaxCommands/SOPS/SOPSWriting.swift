internal import CryptoCore
internal import Platform
internal import SOPSFormat
internal import Workspace

/// SOPS's commands that encrypt values.
enum SOPSWriting {
  /// `encrypt`.
  static func encrypt(_ session: SOPSSession) throws {
    let path = try session.onlyFile()
    if path == nil {
      guard !session.arguments.has("in-place") else {
        throw SOPSExit(
          SOPSStatus.conflictingFlags, "standard input cannot be written back in place")
      }
      guard session.arguments.text("filename-override") != nil else {
        throw SOPSExit(
          SOPSStatus.conflictingFlags, "what is read from standard input needs a name",
          hints: ["name it with --filename-override, by which types and rules are chosen"])
      }
    }
    try session.requireOneDestination()
    if let path { try SOPSSession.requireFile(path) }
    let name = session.name(of: path)
    let store = session.inputStore(name)
    let settings = try settings(session, for: name, store)
    let document = try SOPSDocument(path)
    let text: WipedBuffer
    do {
      var writer = session.writer()
      text = try writer.encrypt(
        document.bytes.bytes, store: store, as: session.outputStore(name), settings: settings)
    } catch {
      let failure = WorkspaceError(error, path: document.path ?? "-")
      throw SOPSExit(SOPSStatus.of(failure, isPlain: true), failure)
    }
    try session.write(text, of: document, mode: 0o644)
  }

  private static func settings(
    _ session: SOPSSession, for name: String, _ store: SOPSStore
  ) throws -> SOPSSettings {
    let choice = session.choice()
    do {
      return try choice.settings(
        for: name, store: store, configuration: try session.configuration(),
        keys: try session.keys())
    } catch let error as WorkspaceError where error.sopsCode == .conflictingRules {
      throw SOPSExit(SOPSStatus.conflictingFlags, error)
    } catch let error as WorkspaceError {
      throw SOPSExit(SOPSStatus.generic, error)
    }
  }

  /// `set`.
  static func set(_ session: SOPSSession) throws {
    let arguments = session.arguments
    let words = arguments.positionals
    guard !arguments.has("value-file") || !arguments.has("value-stdin") else {
      throw SOPSExit(SOPSStatus.generic, "--value-file and --value-stdin exclude each other")
    }
    let isFromInput = arguments.has("value-stdin")
    guard words.count == (isFromInput ? 2 : 3), let path = words.first else {
      throw SOPSExit(
        SOPSStatus.noFile,
        isFromInput
          ? "a file and the path to a value are needed"
          : "a file, the path to a value and the value are needed",
        hints: ["a value as an argument is seen by all users: better is --value-stdin"])
    }
    let steps = try SOPSReading.path(words[1], status: SOPSStatus.invalidValue)
    if isFromInput {
      let value = try SOPSDocument(nil)
      return try set(steps, to: value.bytes.bytes, in: path, session)
    }
    if arguments.has("value-file") {
      let value = try SOPSDocument(words[2])
      return try set(steps, to: value.bytes.bytes, in: path, session)
    }
    let value = Array(words[2].utf8)
    try set(steps, to: value.span, in: path, session)
  }

  /// `--set '["key"] "value"'`.
  static func setByFlag(_ session: SOPSSession) throws {
    let path = try session.existingFile()
    guard let (steps, value) = SOPSTreePath.parsePrefix(session.arguments.text("set") ?? "") else {
      throw SOPSExit(
        SOPSStatus.invalidValue, "--set needs the path to a value, a space, and the value in JSON")
    }
    let bytes = Array(value.utf8)
    try set(steps, to: bytes.span, in: path, session)
  }

  private static func set(
    _ steps: [SOPSPathStep], to value: Span<UInt8>, in path: String, _ session: SOPSSession
  ) throws {
    try change(path, session) { (file, key) throws(SOPSError) in
      if session.arguments.has("idempotent"), try file.holds(value, at: steps, key) { return nil }
      var writer = session.writer()
      return try writer.set(steps, to: value, in: file, key)
    }
  }

  /// `unset`.
  static func unset(_ session: SOPSSession) throws {
    let words = session.arguments.positionals
    guard words.count == 2, let path = words.first else {
      throw SOPSExit(SOPSStatus.noFile, "a file and the path to a value are needed")
    }
    let steps = try SOPSReading.path(words[1], status: SOPSStatus.invalidValue)
    try change(path, session) { (file, key) throws(SOPSError) in
      var writer = session.writer()
      do throws(SOPSError) { return try writer.unset(steps, in: file, key) } catch {
        if error.code == .noSuchPath, session.arguments.has("idempotent") { return nil }
        throw error
      }
    }
  }

  /// Changes a file in place; `body` gives nil when there is nothing to do.
  private static func change(
    _ path: String, _ session: SOPSSession,
    _ body: (SOPSFile, borrowing SOPSDataKey) throws(SOPSError) -> WipedBuffer?
  ) throws {
    let document = try SOPSDocument(path)
    let file = try session.open(document, try session.store(of: path))
    let key = try session.keys().dataKey(of: file.metadata, path: path)
    let text: WipedBuffer?
    do { text = try body(file, key) } catch {
      let failure = WorkspaceError(error, path: path)
      let isOfValue = error.code == .syntax || error.code == .unsupportedDocument
      throw SOPSExit(
        isOfValue ? SOPSStatus.invalidValue : SOPSStatus.of(failure, isPlain: false), failure)
    }
    guard let text else { return session.note("\(escapedForTerminal(path)): unchanged") }
    try document.replace(with: text.bytes)
    session.note("\(escapedForTerminal(path)): written")
  }

  /// `edit`.
  static func edit(_ session: SOPSSession) throws {
    guard let path = try session.onlyFile() else {
      throw SOPSExit(SOPSStatus.noFile, "no file is named")
    }
    guard let editing = SOPSEditing() else {
      throw SOPSExit(
        SOPSStatus.noEditor, "there is no editor",
        hints: ["choose one with SOPS_EDITOR or EDITOR"])
    }
    guard Files.exists(path) else { return try begin(path, editing, session) }
    let store = try session.store(of: session.name(of: path))
    let document = try SOPSDocument(path)
    let file = try session.open(document, store)
    let key = try session.keys().dataKey(of: file.metadata, path: path)
    let showsKeys = session.arguments.has("show-master-keys")
    let text: WipedBuffer
    do throws(SOPSError) {
      text =
        showsKeys
        ? try file.plaintextWithMetadata(key, layout: session.layout)
        : try file.decrypt(key, layout: session.layout).takeText()
    } catch { throw WorkspaceError(error, path: path) }
    let outcome = try editing.run(text.bytes, named: PathName.last(of: path)) {
      (edited) throws(WorkspaceError) in
      do throws(SOPSError) {
        var writer = session.writer()
        return showsKeys
          ? try writer.edit(file, key, plaintextWithMetadata: edited)
          : try writer.edit(file, key, plaintext: edited)
      } catch { throw WorkspaceError(error) }
    } editAgain: {
      editAgain($0)
    }
    let encrypted = try encryptedText(of: outcome)
    do throws(WorkspaceError) { try document.replace(with: encrypted.bytes) } catch {
      guard let copy = document.keepBeside(encrypted.bytes) else { throw error }
      throw error.hinting(
        "what you edited is encrypted in \(escapedForTerminal(copy)): move it over the file")
    }
  }

  /// Begins a file that is not there yet.
  private static func begin(
    _ path: String, _ editing: SOPSEditing, _ session: SOPSSession
  ) throws {
    let name = session.name(of: path)
    let store = session.inputStore(name)
    let settings = try settings(session, for: name, store)
    let example = Array(SOPSEditing.example(store).utf8)
    let outcome = try editing.run(example.span, named: PathName.last(of: path)) {
      (edited) throws(WorkspaceError) in
      do throws(SOPSError) {
        var writer = session.writer()
        return try writer.encrypt(
          edited, store: store, as: session.outputStore(name), settings: settings)
      } catch { throw WorkspaceError(error) }
    } editAgain: {
      editAgain($0)
    }
    let encrypted = try encryptedText(of: outcome)
    try SOPSDocument.write(encrypted.bytes, to: path, mode: 0o644)
  }

  private static func encryptedText(
    of outcome: consuming SOPSEditing.Outcome
  ) throws -> WipedBuffer {
    switch consume outcome {
    case .encrypted(let text): return text
    case .unchanged:
      throw SOPSExit(
        SOPSStatus.notModified, WorkspaceError(.other, "the text was not changed"))
    case .editorFailed(let reason):
      throw SOPSExit(
        SOPSStatus.noEditor,
        WorkspaceError(.other, reason, hints: ["choose another with SOPS_EDITOR or EDITOR"]))
    }
  }

  private static func editAgain(_ error: WorkspaceError) -> Bool {
    // The caller says it, too, when there is nobody to ask.
    guard Terminal.canAsk else { return false }
    Console.error(error)
    let answer = try? Terminal.readLine(prompt: "Press Enter to edit again, q to give up: ")
    return answer.map { !$0.lowercased().hasPrefix("q") } ?? false
  }
}

/// Names of files.
enum PathName {
  /// What stands behind the last slash.
  static func last(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
