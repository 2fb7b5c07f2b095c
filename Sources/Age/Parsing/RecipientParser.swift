/// Recipients in the forms that people write them in.
public enum RecipientParser {
  /// Reads `age1...`, `age1pq1...`, `age1NAME1...`, `ssh-ed25519 AAAA...` or `ssh-rsa AAAA...`.
  ///
  /// - Parameter interaction: How a plugin reaches the user, should it be one.
  /// - Throws: `.malformedRecipient`; `.unsupported` for SSH keys of other types.
  public static func parse(
    _ text: String, interaction: (any PluginInteraction)? = nil
  ) throws(AgeError) -> any Recipient {
    if text.hasPrefix("AGE-SECRET-KEY-") || text.hasPrefix("AGE-PLUGIN-") {
      throw AgeError(
        .malformedRecipient, "this is an identity, that is a secret, where a recipient must be")
    }
    if text.hasPrefix("age1pq1") { return try HybridRecipient(text) }
    if text.hasPrefix("age1") {
      // The last 1 ends the human-readable part, which for native recipients is the first.
      if text.utf8.dropFirst(4).contains(UInt8(ascii: "1")) {
        return try PluginRecipient(text, interaction: interaction)
      }
      return try X25519Recipient(text)
    }
    if ["ssh-", "ecdsa-", "sk-"].contains(where: { text.hasPrefix($0) }) {
      return try SSHRecipient(text)
    }
    throw AgeError(
      .malformedRecipient, "not a recipient: expected age1..., ssh-ed25519 or ssh-rsa")
  }
}
