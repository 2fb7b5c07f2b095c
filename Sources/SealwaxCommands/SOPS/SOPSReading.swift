internal import CryptoCore
internal import Platform
internal import SOPSFormat
internal import Workspace

/// SOPS's commands that read.
enum SOPSReading {
  /// `decrypt`.
  static func decrypt(_ session: SOPSSession) throws {
    let path = try session.onlyFile()
    try session.requireOneDestination()
    guard path != nil || !session.arguments.has("in-place") else {
      throw SOPSExit(
        SOPSStatus.conflictingFlags, "standard input cannot be written back in place")
    }
    if let path { try SOPSSession.requireFile(path) }
    let name = session.name(of: path)
    var part: [SOPSPathStep]?
    if let text = session.arguments.text("extract") {
      part = try SOPSReading.path(text, status: SOPSStatus.invalidPath)
    }
    let document = try SOPSDocument(path)
    let file = try session.open(document, session.inputStore(name))
    let key = try session.keys().dataKey(of: file.metadata, path: document.path ?? "-")
    let text: WipedBuffer
    do throws(SOPSError) {
      let output = session.outputStore(name)
      if let part {
        text = try file.extract(part, key, as: output, layout: session.layout)
      } else {
        let style: SOPSOutputStyle = output == file.store ? .sops : .converted(output)
        let plain = try file.decrypt(key, style: style, layout: session.layout)
        for notice in plain.notices { session.note("\(notice)") }
        text = plain.takeText()
      }
    } catch {
      throw SOPSExit(dumpStatus(error), WorkspaceError(error, path: document.path ?? "-"))
    }
    try session.write(text, of: document, mode: 0o600)
  }

  private static func dumpStatus(_ error: SOPSError) -> Int32 {
    error.code == .unsupportedDocument
      ? SOPSStatus.cannotDump : SOPSStatus.of(WorkspaceError(error), isPlain: false)
  }

  /// The path to a value.
  static func path(_ text: String, status: Int32) throws -> [SOPSPathStep] {
    guard let steps = SOPSTreePath.parse(text) else {
      throw SOPSExit(
        status, "the path to the value is malformed",
        hints: ["keys stand in quotes and brackets, places of lists in brackets: '[\"key\"][0]'"])
    }
    return steps
  }

  /// `filestatus`.
  static func status(_ session: SOPSSession) throws {
    let path = try session.existingFile()
    let document = try SOPSDocument(path)
    var isEncrypted = false
    do throws(SOPSError) {
      let file = try SOPSFile.read(document.bytes.bytes, store: session.inputStore(path))
      isEncrypted = !file.metadata.version.isEmpty && !file.metadata.encryptedMAC.isEmpty
    } catch {
      guard error.code == .noMetadata || error.code == .emptyFile else {
        throw SOPSExit(SOPSStatus.generic, WorkspaceError(error, path: path))
      }
    }
    try Console.print("{\"encrypted\":\(isEncrypted)}\n")
  }

  /// `exec-env`.
  static func executeWithVariables(_ session: SOPSSession) throws -> Int32 {
    let isInBackground = session.arguments.has("background")
    guard !isInBackground || !session.arguments.has("same-process") else {
      throw SOPSExit(
        SOPSStatus.conflictingFlags, "--same-process and --background exclude each other")
    }
    let (path, execution) = try execution(session)
    let document = try SOPSDocument(path)
    let file = try session.open(document, session.inputStore(path))
    let key = try session.keys().dataKey(of: file.metadata, path: path)
    let variables: SOPSVariables
    do { variables = try file.variables(key) } catch { throw WorkspaceError(error, path: path) }
    return try execution.run(
      variables: variables, isPristine: session.arguments.has("pristine"),
      isInBackground: isInBackground)
  }

  /// `exec-file`.
  static func executeWithFile(_ session: SOPSSession) throws -> Int32 {
    guard !session.arguments.has("background") else {
      throw SOPSExit(
        SOPSStatus.generic,
        "exec-file has no --background: the file would be gone before the command reads it",
        hints: ["put & behind sops itself: it waits, and removes the file when the command ends"])
    }
    let (path, execution) = try execution(session)
    let document = try SOPSDocument(path)
    let file = try session.open(document, session.inputStore(path))
    let key = try session.keys().dataKey(of: file.metadata, path: path)
    let output = session.outputStore(path)
    let text: WipedBuffer
    do throws(SOPSError) {
      let style: SOPSOutputStyle = output == file.store ? .sops : .converted(output)
      text = try file.decrypt(key, style: style, layout: session.layout).takeText()
    } catch { throw SOPSExit(dumpStatus(error), WorkspaceError(error, path: path)) }
    return try execution.run(
      file: text, named: session.arguments.text("filename") ?? SOPSExecution.defaultName,
      isPipe: !session.arguments.has("no-fifo"))
  }

  private static func execution(
    _ session: SOPSSession
  ) throws -> (path: String, execution: SOPSExecution) {
    let arguments = session.arguments
    guard arguments.positionals.count == 2, let path = arguments.positionals.first,
      let command = arguments.positionals.last
    else {
      throw SOPSExit(
        SOPSStatus.generic, "a file and one command are needed: put the command in quotes")
    }
    try SOPSSession.requireFile(path)
    return (path, try SOPSExecution(command, user: arguments.text("user")))
  }
}
