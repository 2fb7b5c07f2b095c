public import CryptoCore

/// An SSH public key as a recipient: `ssh-ed25519 AAAA...` or `ssh-rsa AAAA...`.
public struct SSHRecipient: Recipient, Hashable {
  private let key: SSHPublicKey
  private let point: X25519.PublicKey?

  /// The text without a comment.
  public let text: String

  init(_ key: SSHPublicKey) throws(AgeError) {
    self.key = key
    text = key.text
    guard case .ed25519(let verifyingKey) = key else {
      point = nil
      return
    }
    do { point = try verifyingKey.x25519() } catch {
      throw AgeError(.malformedRecipient, "the SSH public key is not a point of its curve")
    }
  }

  /// Reads a line as `authorized_keys` has it; a comment is ignored.
  ///
  /// - Throws: `.malformedRecipient`; `.unsupported` for keys of other types.
  public init(_ line: String) throws(AgeError) { try self.init(SSHPublicKey(line: line)) }

  public func wrap(
    _ fileKey: borrowing FileKey, in arena: SecretArena?
  ) throws(AgeError) -> WrappedFileKey {
    do {
      switch (key, point) {
      case (.rsa(let key), _): return WrappedFileKey([try wrap(fileKey, for: key)])
      case (.ed25519, let point?):
        return WrappedFileKey([try wrap(fileKey, for: point, in: arena)])
      case (.ed25519, nil): preconditionFailure("an Ed25519 key without its point")
      }
    } catch let error as CryptoError { throw AgeError(error) } catch let error as AgeError {
      throw error
    } catch { throw AgeError(.cryptoFailure, "wrapping for an SSH key failed") }
  }

  static let rsaLabel = Array("age-encryption.org/v1/ssh-rsa".utf8)

  private func wrap(_ fileKey: borrowing FileKey, for key: RSAOAEP.PublicKey) throws -> Stanza {
    var body = WipedBuffer(capacity: key.ciphertextByteCount)
    try key.encrypt(fileKey.bytes, label: Self.rsaLabel.span, appendingTo: &body)
    return Stanza(
      checked: SSHPublicKey.rsaType, [self.key.tag], body: Array(copying: body.bytes))
  }

  private func wrap(
    _ fileKey: borrowing FileKey, for point: X25519.PublicKey, in arena: SecretArena?
  ) throws -> Stanza {
    let ephemeral = try X25519.PrivateKey.random(in: arena)
    let share = ephemeral.publicKey
    let shared = try X25519.sharedSecret(private: ephemeral, public: point, in: arena)
    let wrapKey = try SSHAgreement.wrapKey(
      shared, share: share, key: key, point: point, in: arena)
    return Stanza(
      checked: SSHPublicKey.ed25519Type, [key.tag, Base64.string(share.bytes, padding: false)],
      body: try wrapKey.seal(fileKey))
  }
}
