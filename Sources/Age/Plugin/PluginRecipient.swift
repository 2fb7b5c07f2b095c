public import CryptoCore

/// A recipient that the program `age-plugin-NAME` wraps for: `age1NAME1...`.
///
/// A plugin may end while it is written to: ignore SIGPIPE in your program, as `Hardening.apply` of
/// `Platform` does.
public struct PluginRecipient: Recipient {
  /// The name of the plugin.
  public let plugin: String
  /// The text `age1NAME1...`.
  public let text: String
  private let interaction: (any PluginInteraction)?

  /// Reads the text `age1NAME1...`, which is lower case.
  ///
  /// - Parameter interaction: How the plugin reaches the user.
  /// - Throws: `.malformedRecipient`.
  public init(
    _ text: String, interaction: (any PluginInteraction)? = nil
  ) throws(AgeError) {
    guard let name = PluginName.find(in: text, after: "age1", before: "") else {
      throw AgeError(.malformedRecipient, "the recipient is not valid: it names no plugin")
    }
    _ = try Bech32.publicBytes(text, humanReadablePart: "age1" + name, count: nil)
    plugin = name
    self.text = text
    self.interaction = interaction
  }

  public func wrap(
    _ fileKey: borrowing FileKey, in arena: SecretArena?
  ) throws(AgeError) -> WrappedFileKey {
    try PluginWrapping.wrap(
      fileKey, plugin: plugin, command: "add-recipient", key: Array(text.utf8).span, interaction)
  }
}
