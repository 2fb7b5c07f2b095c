/// Recipients in the forms that people write them in.
public enum RecipientParser {
  /// Reads `age1...`.
  ///
  /// - Parameter interaction: How a plugin reaches the user, should it be one.
  /// - Throws: `.malformedRecipient`; `.unsupported` for a kind that is not handled.
  public static func parse(
    _ text: String, interaction: (any PluginInteraction)? = nil
  ) throws(AgeError) -> any Recipient {
    return try X25519Recipient(text)
  }
}
