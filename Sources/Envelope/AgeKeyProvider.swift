public import Age
public import CryptoCore

/// Wraps data keys as age files for one age recipient.
public struct AgeKeyWrapper: KeyWrapper {
  /// Whom it wraps for.
  public let recipient: RecipientDescription
  private let ageRecipient: any Age.Recipient

  /// Makes a wrapper.
  ///
  /// - Parameters:
  ///   - recipient: The age recipient.
  ///   - text: Its public text as age writes it; in an SSH key the comment is left out.
  ///   - name: A name for people.
  public init(_ recipient: any Age.Recipient, text: String, name: String?) {
    ageRecipient = recipient
    self.recipient = RecipientDescription(
      kind: .age, text: AgeRecipientText.encode(text), name: name)
  }

  /// Wraps the key as a binary age file (docs/format.md, section 5.1).
  public func wrap(
    _ key: borrowing DataKey, context: UnitContext, in arena: SecretArena?
  ) throws(EnvelopeError) -> [UInt8] {
    var output = WipedBuffer(capacity: 256)
    do {
      try key.withBytes { (bytes) throws(AgeError) in
        try AgeFile.encrypt(bytes, to: [ageRecipient], in: arena, appendingTo: &output)
      }
    } catch {
      throw EnvelopeError(.wrapFailed, "cannot wrap the key for \(recipient.label): \(error)")
    }
    return [UInt8](copying: output.bytes)
  }
}

/// Unwraps data keys with one age identity.
public struct AgeKeyUnwrapper: KeyUnwrapper {
  private let identity: any Age.Identity
  private let recipientText: String?

  /// Makes an unwrapper.
  ///
  /// - Parameters:
  ///   - identity: The identity.
  ///   - recipientText: The text of the recipient it belongs to, if known: lines for others are
  ///     then passed over without a trial.
  public init(_ identity: any Age.Identity, recipientText: String?) {
    self.identity = identity
    self.recipientText = recipientText.map(AgeRecipientText.encode)
  }

  /// The data key of a `to age` line that the identity opens, or nil.
  public func unwrap(
    _ line: RecipientLine, context: UnitContext, in arena: SecretArena?
  ) throws(EnvelopeError) -> DataKey? {
    guard line.recipient.kind == .age else { return nil }
    if let recipientText, recipientText != line.recipient.text { return nil }
    var plaintext = WipedBuffer(capacity: DataKey.byteCount)
    do {
      try AgeFile.decrypt(
        line.wrap.span, identities: [identity], isArmored: false, in: arena,
        appendingTo: &plaintext)
    } catch let error where error.code == .noMatch {
      guard recipientText != nil else { return nil }
      throw EnvelopeError(
        .unwrapFailed,
        line.recipient.isPassphrase
          ? "the passphrase does not open it"
          : "the key wrapped for \(line.recipient.label) does not open with its identity")
    } catch {
      throw EnvelopeError(
        .unwrapFailed, "the key wrapped for \(line.recipient.label) does not open: \(error)")
    }
    return try DataKey(copying: plaintext.bytes, in: arena)
  }
}

/// How an age recipient is written in an envelope, where fields are separated by spaces.
public enum AgeRecipientText {
  /// `ssh-ed25519 AAAA... comment` becomes `ssh-ed25519:AAAA...`; other recipients stay.
  public static func encode(_ text: String) -> String {
    let fields = text.split(separator: " ", omittingEmptySubsequences: true)
    guard fields.count >= 2, fields[0].hasPrefix("ssh-") else { return text }
    return "\(fields[0]):\(fields[1])"
  }

  /// The text as age takes it.
  public static func decode(_ text: String) -> String {
    guard text.hasPrefix("ssh-"), let colon = text.firstIndex(of: ":") else { return text }
    return "\(text[..<colon]) \(text[text.index(after: colon)...])"
  }
}
