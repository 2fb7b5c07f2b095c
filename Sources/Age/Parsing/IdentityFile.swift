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
    throw AgeError(.malformedIdentity, "the line is not an identity")
  }
}
