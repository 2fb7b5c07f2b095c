internal import CryptoCore

/// An SSH private key, as OpenSSH or OpenSSL wrote it.
enum SSHPrivateKeyFile {
  static let openSSHLabel: StaticString = "-----BEGIN OPENSSH PRIVATE KEY-----"

  private static let pemLabels: [StaticString] = [
    "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN ENCRYPTED PRIVATE KEY-----",
  ]

  /// Whether a text, without white space before it, is a private key in PEM.
  static func isLikely(_ text: Span<UInt8>) -> Bool { text.starts(with: "-----BEGIN ") }

  /// Reads a private key; an encrypted one asks for its passphrase when it is first needed.
  ///
  /// - Throws: `.malformedIdentity`; `.unsupported`; `.cryptoFailure`.
  static func parse(
    _ text: Span<UInt8>, _ ask: @escaping @Sendable () throws(AgeError) -> SecretBytes
  ) throws(AgeError) -> ParsedIdentity {
    if text.starts(with: openSSHLabel) { return try parseOpenSSH(text, ask) }
    for label in pemLabels where text.starts(with: label) { return try parsePEM(text, ask) }
    throw AgeError(
      .unsupported, "the file is not an age identity and not an SSH key of type Ed25519 or RSA")
  }

  private static func parseOpenSSH(
    _ text: Span<UInt8>, _ ask: @escaping @Sendable () throws(AgeError) -> SecretBytes
  ) throws(AgeError) -> ParsedIdentity {
    let file = try OpenSSHKey(pem: text)
    guard let passphraseDerivation = file.derivation else {
      return parsed(try file.identity(), file.publicKey)
    }
    let publicKey = file.publicKey
    let tag = publicKey.tag
    let type = publicKey.type
    let lazy = LazyIdentity { stanzas in
      stanzas.contains { $0.type == type && $0.arguments.first == tag }
    } unlock: { () throws(AgeError) in
      [try file.identity(passphraseDerivation, try ask())]
    }
    return parsed(lazy, publicKey)
  }

  private static func parsePEM(
    _ text: Span<UInt8>, _ ask: @escaping @Sendable () throws(AgeError) -> SecretBytes
  ) throws(AgeError) -> ParsedIdentity {
    guard text.contains("ENCRYPTED") else {
      let key: RSAOAEP.PrivateKey
      do { key = try RSAOAEP.PrivateKey(pem: text) } catch {
        if error.code != .invalidKey { throw AgeError(error) }
        throw AgeError(
          .malformedIdentity, "the private key is not a valid RSA key of 2048 to 16384 bits")
      }
      let publicKey = SSHPublicKey.rsa(key.publicKey)
      return parsed(SSHRSAIdentity(key), publicKey)
    }
    let encrypted = Array(copying: text)
    let lazy = LazyIdentity { stanzas in
      stanzas.contains { $0.type == SSHPublicKey.rsaType }
    } unlock: { () throws(AgeError) in
      let passphrase = try ask()
      do throws(CryptoError) {
        return [
          SSHRSAIdentity(
            try RSAOAEP.PrivateKey(pem: encrypted.span, passphrase: passphrase.bytes))
        ]
      } catch {
        if error.code != .invalidKey { throw AgeError(error) }
        throw AgeError(.wrongPassphrase, "the passphrase of the SSH key is wrong")
      }
    }
    return parsed(lazy, nil)
  }

  private static func parsed(
    _ identity: any Identity, _ publicKey: SSHPublicKey?
  ) -> ParsedIdentity {
    ParsedIdentity(identity: identity, recipientText: publicKey?.text, kind: .ssh, line: nil)
  }
}
