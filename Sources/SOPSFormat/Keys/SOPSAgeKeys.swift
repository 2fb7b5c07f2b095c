public import Age
public import CryptoCore

/// Opens entries of age with identities.
public struct SOPSAgeUnwrapper: SOPSKeyUnwrapper {
  private let identities: [any Age.Identity]
  private let recipientText: String?

  /// Makes an unwrapper.
  ///
  /// - Parameters:
  ///   - identities: Tried in this order.
  ///   - recipientText: The text of the recipient they belong to, if known: entries for others are
  ///     then passed over without a trial.
  public init(_ identities: [any Age.Identity], recipientText: String? = nil) {
    self.identities = identities
    self.recipientText = recipientText
  }

  /// Only age.
  public var backends: [SOPSBackend] { [.age] }

  /// The key of an entry that one of the identities opens.
  public func unwrap(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes? {
    guard entry.backend == .age else { return nil }
    if let recipientText, entry.recipient.hasPrefix("age1"), entry.recipient != recipientText {
      return nil
    }
    let file = Array(entry.encryptedKey.utf8)
    var plaintext = WipedBuffer(capacity: SOPSDataKey.byteCount + 1)
    do {
      try AgeFile.decrypt(
        file.span, identities: identities, isArmored: true, in: arena, appendingTo: &plaintext)
    } catch let error where error.code == .noMatch {
      return nil
    } catch {
      throw SOPSError(
        .noIdentity, "the data key for \(entry.label) does not open: \(error.message)")
    }
    do { return try SecretBytes(copying: plaintext.bytes, in: arena) } catch {
      throw SOPSError(crypto: error)
    }
  }
}

/// Makes entries for one age recipient.
public struct SOPSAgeWrapper: SOPSKeyWrapper {
  private let ageRecipient: any Age.Recipient
  /// The recipient's public text.
  public let recipient: String

  /// Makes a wrapper.
  ///
  /// - Parameters:
  ///   - recipient: The recipient.
  ///   - text: Its public text, as it shall stand in the file.
  public init(_ recipient: any Age.Recipient, text: String) {
    ageRecipient = recipient
    self.recipient = text
  }

  /// Reads a recipient as a creation rule has it.
  ///
  /// - Throws: `.malformedConfiguration` when it is none.
  public init(_ text: String, interaction: (any PluginInteraction)? = nil) throws(SOPSError) {
    do {
      self.init(try RecipientParser.parse(text, interaction: interaction), text: text)
    } catch {
      throw SOPSError(
        .malformedConfiguration,
        "'\(Printable.text(text))' is not an age recipient: \(error.message)")
    }
  }

  /// Always age.
  public var backend: SOPSBackend { .age }

  /// An entry with an armored age file of its own.
  public func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry {
    var file = WipedBuffer(capacity: 512)
    do {
      try AgeFile.encrypt(
        key, to: [ageRecipient], isArmored: true, in: arena, appendingTo: &file)
    } catch {
      throw SOPSError(
        .wrapFailed, "cannot encrypt for \(Printable.text(recipient)): \(error.message)")
    }
    return entry(
      holding: String(decoding: Array(copying: file.bytes), as: UTF8.self), date: date)
  }

  /// An entry with an armored age file; without a date.
  public func entry(holding encryptedKey: String, date: Timestamp) -> SOPSKeyEntry {
    SOPSKeyEntry(
      .age,
      fields: [
        MetadataField("recipient", .text(recipient)), MetadataField("enc", .text(encryptedKey)),
      ])
  }
}
