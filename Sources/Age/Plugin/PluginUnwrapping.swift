internal import CryptoCore

/// The state machine `identity-v1`.
enum PluginUnwrapping {
  /// Has a plugin unwrap a file key; nil when no stanza is for the identity.
  ///
  /// - Throws: `.pluginFailed`; `.cryptoFailure`.
  static func unwrap(
    _ stanzas: [Stanza], plugin: String, identity: borrowing SecretBytes,
    _ interaction: (any PluginInteraction)?, in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    var connection = try PluginConnection(plugin, .identity)
    try connection.send("add-identity", last: identity.bytes)
    for stanza in stanzas {
      try connection.send(
        "recipient-stanza", ["0", stanza.type] + stanza.arguments, body: stanza.body.span)
    }
    try connection.send("done")
    var fileKey: FileKey?
    var failure: AgeError?
    while true {
      let command = try connection.receive()
      switch command.type {
      case "done":
        connection.finish()
        // An error about one stanza does not matter when another one opened.
        if fileKey == nil, let failure { throw failure }
        return fileKey
      case "file-key":
        guard fileKey == nil, command.arguments == ["0"],
          command.body.count == AgeFileKey.keyByteCount
        else { throw connection.failure("it broke the protocol") }
        do { fileKey = try FileKey(copying: command.body.bytes, in: arena) } catch {
          throw AgeError(error)
        }
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
}
