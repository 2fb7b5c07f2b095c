internal import CryptoCore

/// A file of identities that is itself an age file, encrypted with a passphrase.
enum EncryptedIdentityFile {
  /// Whether bytes, without white space before them, are an age file.
  static func isLikely(_ text: Span<UInt8>) -> Bool {
    text.starts(with: "age-encryption.org/") || text.starts(with: Armor.begin)
  }

  /// The identities, which ask for the passphrase when they are first needed.
  ///
  /// - Throws: `.malformedHeader`, `.malformedArmor`; `.unsupported` when the file is not encrypted
  ///   with a passphrase.
  static func parse(
    _ text: Span<UInt8>, _ interaction: (any PluginInteraction)?,
    _ ask: @escaping @Sendable () throws(AgeError) -> SecretBytes
  ) throws(AgeError) -> ParsedIdentity {
    let file = try binary(text)
    let header = try AgeHeader.parse(file.span)
    guard header.stanzas.first?.type == ScryptRecipient.stanzaType else {
      throw AgeError(
        .unsupported, "the identity file is encrypted, but not with a passphrase")
    }
    let lazy = LazyIdentity { _ in
      true
    } unlock: { () throws(AgeError) in
      try unlock(file, ScryptIdentity(passphrase: try ask()), interaction)
    }
    return ParsedIdentity(
      identity: lazy, recipientText: nil, kind: .encryptedFile, line: nil)
  }

  private static func binary(_ text: Span<UInt8>) throws(AgeError) -> [UInt8] {
    guard Armor.isLikely(text) else { return Array(copying: text) }
    var binary = WipedBuffer(capacity: text.count)
    try Armor.decode(text, appendingTo: &binary)
    return Array(copying: binary.bytes)
  }

  private static func unlock(
    _ file: [UInt8], _ passphrase: ScryptIdentity, _ interaction: (any PluginInteraction)?
  ) throws(AgeError) -> [any Identity] {
    var text = WipedBuffer(capacity: file.count)
    do {
      try AgeFile.decrypt(
        file.span, identities: [passphrase], isArmored: false, appendingTo: &text)
    } catch  where error.code == .noMatch {
      throw AgeError(.wrongPassphrase, "the passphrase of the identity file is wrong")
    }
    return try IdentityFile.parseLines(text.bytes, interaction).map(\.identity)
  }
}
