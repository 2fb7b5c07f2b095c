internal import CryptoCore

/// An SSH private key of type RSA.
final class SSHRSAIdentity: Identity {
  private let key: RSAOAEP.PrivateKey
  private let tag: String

  init(_ key: consuming RSAOAEP.PrivateKey) {
    tag = SSHPublicKey.rsa(key.publicKey).tag
    self.key = key
  }

  var publicKey: SSHPublicKey { .rsa(key.publicKey) }

  func unwrap(
    _ stanzas: [Stanza], in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    for stanza in stanzas where stanza.type == SSHPublicKey.rsaType {
      guard stanza.arguments.count == 1 else {
        throw AgeError(.malformedHeader, "an ssh-rsa stanza does not have two arguments")
      }
      guard stanza.arguments[0] == tag else { continue }
      if let fileKey = try unwrap(stanza.body, in: arena) { return fileKey }
    }
    return nil
  }

  private func unwrap(_ body: [UInt8], in arena: SecretArena?) throws(AgeError) -> FileKey? {
    var message = WipedBuffer()
    let label = SSHRecipient.rsaLabel
    do {
      try key.decrypt(body.span, label: label.span, appendingTo: &message)
    } catch {
      // The tag is short: another key, even of another length, may have the same one.
      if error.code == .authenticationFailed || error.code == .invalidLength { return nil }
      throw AgeError(error)
    }
    guard message.count == AgeFileKey.keyByteCount else {
      throw AgeError(.malformedHeader, "a wrapped file key is not of 16 bytes")
    }
    do { return try FileKey(copying: message.bytes, in: arena) } catch { throw AgeError(error) }
  }
}
