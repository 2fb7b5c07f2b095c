import CryptoCore

@testable import Age

/// Parses a file of identities, all of whose passphrases are the same one.
func parseIdentities(
  _ text: [UInt8], passphrase: String? = nil, interaction: (any PluginInteraction)? = nil
) throws -> [ParsedIdentity] {
  let span = text.span
  return try IdentityFile.parse(
    span,
    passphrase: { _ in
      guard let passphrase else { throw AgeError(.platform, "not asked") }
      return try secretBytes(passphrase)
    }, interaction: interaction)
}

/// A text in locked memory.
func secretBytes(_ text: String) throws -> SecretBytes {
  let bytes = Array(text.utf8)
  return try SecretBytes(copying: bytes.span)
}
