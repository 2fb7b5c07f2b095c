public import CryptoCore

/// Files of identities: native and plugin ones line by line, an SSH private key, or such a file
/// encrypted with a passphrase.
public enum IdentityFile {
  /// Asks for the passphrase of what the prompt names.
  public typealias PassphraseSource = @Sendable (_ prompt: String) throws -> SecretBytes

  /// Reads all identities of a file.
  ///
  /// - Parameters:
  ///   - text: The file's bytes, which the caller wipes.
  ///   - name: What prompts call the file; shown as it is.
  ///   - passphrase: Asked once, when an encrypted identity is first needed to open a file; its
  ///     errors are passed on as `.platform` unless they are of type `AgeError`.
  ///   - interaction: How plugins reach the user.
  /// - Throws: `.malformedIdentity` with the line; `.unsupported`; `.cryptoFailure`.
  public static func parse(
    _ text: Span<UInt8>, named name: String = "the identity file",
    passphrase: @escaping PassphraseSource, interaction: (any PluginInteraction)? = nil
  ) throws(AgeError) -> [ParsedIdentity] {
    var start = 0
    while start < text.count, Armor.isWhitespace(text[start]) { start += 1 }
    let body = text.extracting(start...)
    let ask: @Sendable () throws(AgeError) -> SecretBytes = { () throws(AgeError) in
      do { return try passphrase("passphrase for \(name): ") } catch let error as AgeError {
        throw error
      } catch { throw AgeError(.platform, "\(error)") }
    }
    if EncryptedIdentityFile.isLikely(body) {
      return [try EncryptedIdentityFile.parse(body, interaction, ask)]
    }
    if SSHPrivateKeyFile.isLikely(body) { return [try SSHPrivateKeyFile.parse(body, ask)] }
    return try parseLines(text, interaction)
  }

  static func parseLines(
    _ text: Span<UInt8>, _ interaction: (any PluginInteraction)?
  ) throws(AgeError) -> [ParsedIdentity] {
    var identities: [ParsedIdentity] = []
    var lines = KeyFileLines(text)
    while let (range, number) = lines.next(in: text) {
      do {
        identities.append(try parseLine(text.extracting(range), number, interaction))
      } catch { throw error.at(line: number) }
    }
    guard !identities.isEmpty else {
      throw AgeError(.malformedIdentity, "there is no identity in the file")
    }
    return identities
  }

  private static func parseLine(
    _ text: Span<UInt8>, _ line: Int, _ interaction: (any PluginInteraction)?
  ) throws(AgeError) -> ParsedIdentity {
    if text.starts(with: "AGE-SECRET-KEY-1") {
      let identity = try X25519Identity(text)
      return ParsedIdentity(
        identity: identity, recipientText: identity.recipientText, kind: .x25519, line: line)
    }
    if text.starts(with: "AGE-SECRET-KEY-PQ-1") {
      let identity = try HybridIdentity(text)
      return ParsedIdentity(
        identity: identity, recipientText: identity.recipientText, kind: .hybrid, line: line)
    }
    if text.starts(with: "AGE-PLUGIN-") {
      let identity = try PluginIdentity(text, interaction: interaction)
      return ParsedIdentity(identity: identity, recipientText: nil, kind: .plugin, line: line)
    }
    if text.starts(with: "age1") || text.starts(with: "ssh-") {
      throw AgeError(
        .malformedIdentity, "this is a recipient, that is a public key, where an identity must be")
    }
    throw AgeError(.malformedIdentity, "the line is not an identity")
  }
}
