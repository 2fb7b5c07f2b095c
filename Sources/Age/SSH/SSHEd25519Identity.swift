internal import CryptoCore

/// An SSH private key of type Ed25519.
final class SSHEd25519Identity: Identity {
  private let scalar: X25519.PrivateKey
  private let key: SSHPublicKey
  private let tag: String

  init(_ signingKey: borrowing Ed25519.SigningKey) throws(AgeError) {
    key = .ed25519(signingKey.publicKey)
    tag = key.tag
    do { scalar = try signingKey.x25519() } catch { throw AgeError(error) }
  }

  var publicKey: SSHPublicKey { key }

  func unwrap(
    _ stanzas: [Stanza], in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    var wrapped: [(share: X25519.PublicKey, body: [UInt8])] = []
    for stanza in stanzas where stanza.type == SSHPublicKey.ed25519Type {
      guard stanza.arguments.count == 2 else {
        throw AgeError(.malformedHeader, "an ssh-ed25519 stanza does not have three arguments")
      }
      let share = try Base64Argument.decode(
        stanza.arguments[1], count: X25519.keyByteCount, "an ssh-ed25519 share")
      try stanza.checkBody()
      guard stanza.arguments[0] == tag else { continue }
      do { wrapped.append((try X25519.PublicKey(copying: share.span), stanza.body)) } catch {
        throw AgeError(error)
      }
    }
    for (share, body) in wrapped {
      let wrapKey: SymmetricKey<ChaCha20Poly1305>
      do {
        let shared = try X25519.sharedSecret(private: scalar, public: share, in: arena)
        wrapKey = try SSHAgreement.wrapKey(
          shared, share: share, key: key, point: scalar.publicKey, in: arena)
      } catch {
        if error.code == .lowOrderPoint {
          throw AgeError(.malformedHeader, "an ssh-ed25519 share is a point of low order")
        }
        throw AgeError(error)
      }
      // The tag is short: another key may have the same one.
      if let fileKey = try wrapKey.open(body, in: arena) { return fileKey }
    }
    return nil
  }
}
