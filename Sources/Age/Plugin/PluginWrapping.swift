internal import CryptoCore

/// The state machine `recipient-v1`.
enum PluginWrapping {
  /// The most stanzas of one recipient; plugins give one, or a few.
  private static let maximumStanzaCount = 64
  /// The most bytes of all of them: a header could not hold many more.
  private static let maximumByteCount = AgeHeader.maximumByteCount / 2

  /// Has a plugin wrap a file key.
  ///
  /// - Parameters:
  ///   - command: `add-recipient` or `add-identity`.
  ///   - key: The text of either.
  /// - Throws: `.pluginFailed`.
  static func wrap(
    _ fileKey: borrowing FileKey, plugin: String, command: String, key: Span<UInt8>,
    _ interaction: (any PluginInteraction)?
  ) throws(AgeError) -> WrappedFileKey {
    var connection = try PluginConnection(plugin, .recipient)
    try connection.send(command, last: key)
    try connection.send("wrap-file-key", body: fileKey.bytes)
    try connection.send("extension-labels")
    try connection.send("done")
    var stanzas: [Stanza] = []
    var byteCount = 0
    var labels: Set<String>?
    var failure: AgeError?
    while true {
      let command = try connection.receive()
      switch command.type {
      case "done":
        connection.finish()
        if let failure { throw failure }
        // Even a plugin that says nothing must not leave a recipient out.
        guard !stanzas.isEmpty else {
          throw AgeError(.pluginFailed, "the plugin age-plugin-\(plugin) did not wrap the key")
        }
        return WrappedFileKey(stanzas, labels: labels ?? [])
      case "recipient-stanza":
        let stanza = try stanza(command, connection)
        byteCount += stanza.body.count + stanza.arguments.reduce(0) { $0 + $1.utf8.count }
        guard stanzas.count < maximumStanzaCount, byteCount <= maximumByteCount else {
          throw connection.failure("it sent too much")
        }
        stanzas.append(stanza)
        try connection.send("ok")
      case "labels":
        guard labels == nil, Set(command.arguments).count == command.arguments.count else {
          throw connection.failure("it broke the protocol")
        }
        labels = Set(command.arguments)
        try connection.send("ok")
      case "error":
        failure = failure ?? connection.failure(command.reason)
        try connection.send("ok")
      default:
        if try connection.answer(command, interaction) { continue }
        try connection.send("unsupported")
      }
    }
  }

  private static func stanza(
    _ command: borrowing PluginCommand, _ connection: borrowing PluginConnection
  ) throws(AgeError) -> Stanza {
    guard command.arguments.count >= 2, command.arguments[0] == "0" else {
      throw connection.failure("it broke the protocol")
    }
    return Stanza(
      checked: command.arguments[1], Array(command.arguments[2...]),
      body: Array(copying: command.body.bytes))
  }
}
