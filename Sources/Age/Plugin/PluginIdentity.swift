public import CryptoCore

/// An identity that the program `age-plugin-NAME` unwraps for: `AGE-PLUGIN-NAME-1...`.
public final class PluginIdentity: Identity {
  /// The name of the plugin.
  public let plugin: String
  private let text: SecretBytes
  private let interaction: (any PluginInteraction)?

  /// Reads the text `AGE-PLUGIN-NAME-1...`, which is upper case; the caller wipes it.
  ///
  /// - Parameter interaction: How the plugin reaches the user.
  /// - Throws: `.malformedIdentity`; `.cryptoFailure`.
  public init(
    _ text: Span<UInt8>, interaction: (any PluginInteraction)? = nil
  ) throws(AgeError) {
    // Only up to the separator: what follows may be secret.
    var end = text.count
    while end > 0, text[end - 1] != UInt8(ascii: "1") { end -= 1 }
    let part = text.extracting(..<end).utf8Text ?? ""
    guard let name = PluginName.find(in: part, after: "AGE-PLUGIN-", before: "-") else {
      throw AgeError(.malformedIdentity, "the identity is not valid: it names no plugin")
    }
    var data = WipedBuffer()
    try Bech32.decode(
      text, humanReadablePart: "age-plugin-\(name)-", appendingTo: &data)
    do { self.text = try SecretBytes(copying: text) } catch { throw AgeError(error) }
    plugin = name
    self.interaction = interaction
  }

  public func unwrap(
    _ stanzas: [Stanza], in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    try PluginUnwrapping.unwrap(stanzas, plugin: plugin, identity: text, interaction, in: arena)
  }
}

extension PluginIdentity: Recipient {
  /// Has the plugin wrap for the recipient that the identity belongs to.
  public func wrap(
    _ fileKey: borrowing FileKey, in arena: SecretArena?
  ) throws(AgeError) -> WrappedFileKey {
    try Self.wrap(fileKey, plugin, text, interaction)
  }

  private static func wrap(
    _ fileKey: borrowing FileKey, _ plugin: String, _ text: borrowing SecretBytes,
    _ interaction: (any PluginInteraction)?
  ) throws(AgeError) -> WrappedFileKey {
    try PluginWrapping.wrap(
      fileKey, plugin: plugin, command: "add-identity", key: text.bytes, interaction)
  }
}
