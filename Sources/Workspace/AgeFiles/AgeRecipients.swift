internal import Age
internal import CryptoCore

/// Whom an age file is encrypted for.
public struct AgeRecipients: Sendable {
  let recipients: [any Recipient]
  /// Whether a published demo key is among them.
  public let hasDemoKey: Bool

  /// Takes recipients of all kinds.
  ///
  /// - Parameters:
  ///   - texts: recipients, or names of files in `Keys`.
  ///   - files: files with recipients, one a line.
  ///   - ring: identities whose recipients count too.
  /// - Throws: `.configuration` when there is none, or one of them is none.
  public init(
    texts: [String], files: [String], identitiesOf ring: KeyRing
  ) throws(WorkspaceError) {
    var texts = texts
    for identity in ring.identities {
      guard let text = identity.recipientText else {
        throw WorkspaceError(
          .configuration, "the recipient of an identity is not known",
          hints: ["name it with --recipient"])
      }
      texts.append(text)
    }
    let found = try RecipientLoader.ageRecipients(texts: texts, files: files)
    recipients = found.recipients
    hasDemoKey = found.texts.contains(where: DemoKeys.contains)
    guard !recipients.isEmpty else {
      throw WorkspaceError(
        .configuration, "there is nobody to encrypt for",
        hints: ["name recipients with --recipient, or use --passphrase"])
    }
  }

  /// A new passphrase.
  public init(passphrases: PassphraseSource) throws(WorkspaceError) {
    let passphrase = try passphrases.newPassphrase(for: "the file")
    hasDemoKey = false
    do { recipients = [try ScryptRecipient(passphrase: passphrase)] } catch {
      throw WorkspaceError(error)
    }
  }
}
