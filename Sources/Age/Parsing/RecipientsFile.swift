internal import CryptoCore

/// A recipient in a file of recipients.
public struct ParsedRecipient: Sendable {
  /// The recipient.
  public let recipient: any Recipient
  /// Its text, without white space around it.
  public let text: String
  /// The line it is on, from 1.
  public let line: Int
}

/// Files with a recipient on each line.
public enum RecipientsFile {
  /// Reads all recipients; empty lines and those that begin with `#` are passed over.
  ///
  /// - Parameter interaction: How plugins reach the user.
  /// - Throws: What `RecipientParser` throws, with the line.
  public static func parse(
    _ text: Span<UInt8>, interaction: (any PluginInteraction)? = nil
  ) throws(AgeError) -> [ParsedRecipient] {
    var recipients: [ParsedRecipient] = []
    var lines = KeyFileLines(text)
    while let (range, number) = lines.next(in: text) {
      guard let line = text.extracting(range).utf8Text else {
        throw AgeError(.malformedRecipient, "the recipient is not UTF-8", line: number)
      }
      do {
        let recipient = try RecipientParser.parse(line, interaction: interaction)
        recipients.append(ParsedRecipient(recipient: recipient, text: line, line: number))
      } catch { throw error.at(line: number) }
    }
    return recipients
  }
}
