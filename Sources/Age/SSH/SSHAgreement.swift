internal import CryptoCore

/// How the wrap key of an ssh-ed25519 stanza is agreed on.
enum SSHAgreement {
  private static let info = Array("age-encryption.org/v1/ssh-ed25519".utf8)

  /// The wrap key, given the outcome of X25519 on the converted key.
  ///
  /// The outcome goes through X25519 once more with a scalar derived from the SSH key, which binds
  /// that key: two Ed25519 keys convert to the same X25519 key.
  static func wrapKey(
    _ shared: borrowing SecretBytes, share: X25519.PublicKey, key: SSHPublicKey,
    point: X25519.PublicKey, in arena: SecretArena?
  ) throws(CryptoError) -> SymmetricKey<ChaCha20Poly1305> {
    let blob = key.blob
    let tweak = try HKDFSHA256.derive(
      secret: Span(), salt: blob.span, info: info.span, as: ChaCha20Poly1305.self, in: arena)
    let scalar = try X25519.PrivateKey(copying: tweak.bytes, in: arena)
    let tweaked = try X25519.sharedSecret(private: scalar, secretPoint: shared, in: arena)
    var salt = WipedBuffer(capacity: 2 * X25519.keyByteCount)
    salt.append(share.bytes)
    salt.append(point.bytes)
    return try HKDFSHA256.derive(
      secret: tweaked.bytes, salt: salt.bytes, info: info.span, as: ChaCha20Poly1305.self,
      in: arena)
  }
}
