internal import CryptoCore
internal import Platform

/// A conversation with a plugin (c2sp.org/age-plugin, "State machines").
struct PluginConnection: ~Copyable {
  let plugin: String
  private var child: ChildProcess
  private var line = WipedBuffer()
  /// What it has sent.
  private var messageCount = 0
  private var byteCount = 0

  /// The most bytes that a plugin may send in one message.
  private static let maximumBodyByteCount = 1 << 20
  /// The most characters of a message's first line.
  private static let maximumLineByteCount = 1 << 16

  /// The most messages of one conversation, and the most bytes of all of them: none needs more, and a
  /// plugin could go on for ever.
  private static let maximumMessageCount = 1_000
  private static let maximumByteCount = 4 << 20

  enum StateMachine: String {
    case recipient = "recipient-v1"
    case identity = "identity-v1"
  }

  /// Starts the plugin; what it writes to standard error goes to ours.
  ///
  /// - Throws: `.pluginFailed`.
  init(_ plugin: String, _ stateMachine: StateMachine) throws(AgeError) {
    self.plugin = plugin
    let program = ChildProgram(
      "age-plugin-\(plugin)", arguments: ["--age-plugin=\(stateMachine.rawValue)"])
    do {
      child = try ChildProcess(
        program, streams: ChildStreams(input: .pipe, output: .pipe, errors: .inherited))
    } catch {
      if error.code == .notFound {
        throw AgeError(.pluginFailed, "the program age-plugin-\(plugin) is not on PATH")
      }
      throw AgeError(.pluginFailed, "\(error)")
    }
  }

  /// Sends a message.
  ///
  /// - Parameters:
  ///   - last: One more argument, which may be secret.
  ///   - body: The body, which may be secret.
  mutating func send(
    _ type: String, _ arguments: [String] = [], last: Span<UInt8> = Span(),
    body: Span<UInt8> = Span()
  ) throws(AgeError) {
    var message = WipedBuffer(capacity: 256)
    if last.isEmpty {
      Stanza.serialize(type: type, arguments: arguments, body: body, appendingTo: &message)
    } else {
      message.append(utf8: "-> " + ([type] + arguments).joined(separator: " ") + " ")
      message.append(last)
      message.append("\n\n")
    }
    do { try child.write(message.bytes) } catch { throw failure("it stopped reading") }
  }

  /// Receives the next message.
  ///
  /// - Throws: `.pluginFailed` at the end, too.
  mutating func receive() throws(AgeError) -> PluginCommand {
    messageCount += 1
    guard messageCount <= Self.maximumMessageCount else {
      throw failure("it sent more than 1,000 messages")
    }
    try readLine()
    guard line.bytes.starts(with: "-> ") else { throw failure("it broke the protocol") }
    let arguments: [String]
    var body = WipedBuffer()
    do throws(AgeError) {
      arguments = try AgeHeader.parseArguments(line.bytes.extracting(3...))
      while true {
        try readLine()
        if try AgeHeader.decodeBodyLine(line.bytes, into: &body) { break }
        guard body.count <= Self.maximumBodyByteCount else { throw failure("it sent too much") }
      }
    } catch {
      throw error.code == .pluginFailed ? error : failure("it broke the protocol")
    }
    return PluginCommand(type: arguments[0], arguments: Array(arguments[1...]), body: body)
  }

  private mutating func readLine() throws(AgeError) {
    line.removeAll()
    let hasLine: Bool
    do {
      hasLine = try child.readLine(limit: Self.maximumLineByteCount, appendingTo: &line)
    } catch { throw failure("\(error.code)") }
    guard hasLine else { throw failure("it ended before it was done") }
    byteCount += line.count
    guard byteCount <= Self.maximumByteCount else { throw failure("it sent too much") }
  }

  /// Ends the conversation and waits for the plugin to end.
  consuming func finish() {
    child.closeInput()
    _ = try? child.wait()
  }

  func failure(_ what: String) -> AgeError {
    AgeError(.pluginFailed, "the plugin age-plugin-\(plugin) failed: \(what)")
  }
}
