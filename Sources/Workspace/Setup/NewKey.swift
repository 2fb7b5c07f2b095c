internal import Age
public import CryptoCore
public import Envelope
internal import Platform

/// A key that was just made: its secret text, and its public one.
public struct NewKey: ~Copyable {
  /// The kinds of keys.
  public enum Kind: Sendable, Equatable {
    /// An age identity (X25519).
    case x25519
    /// An age identity that withstands quantum computers (ML-KEM-768 with X25519).
    case hybrid
    /// A symmetric key-encryption key.
    case keyEncryptionKey(CipherName)
    /// A signing key (Ed25519).
    case signing
  }

  /// The text of the file: comments, and the secret on a line of its own.
  public let fileText: WipedBuffer
  /// What may be published: a recipient, a key's id, a public signing key.
  public let publicText: String

  /// Makes a key.
  ///
  /// - Throws: `.other` when no secret memory is to be had.
  public static func generate(_ kind: Kind) throws(WorkspaceError) -> NewKey {
    var secret = WipedBuffer(capacity: 256)
    let publicText: String
    do throws(AgeError) {
      switch kind {
      case .x25519:
        let identity = try X25519Identity.generate()
        identity.serialize(appendingTo: &secret)
        publicText = identity.recipientText
      case .hybrid:
        let identity = try HybridIdentity.generate()
        identity.serialize(appendingTo: &secret)
        publicText = identity.recipientText
      case .keyEncryptionKey, .signing:
        publicText = try other(kind, appendingTo: &secret)
      }
    } catch { throw WorkspaceError(error) }
    return NewKey(
      fileText: text(kind, publicText: publicText, secret: secret.bytes), publicText: publicText)
  }

  private static func other(
    _ kind: Kind, appendingTo secret: inout WipedBuffer
  ) throws(AgeError) -> String {
    do {
      if case .keyEncryptionKey(let cipher) = kind {
        let kek = try KeyEncryptionKey.generate(cipher)
        kek.serialize(appendingTo: &secret)
        return kek.id
      }
      let identity = try SigningIdentity.generate()
      identity.serialize(appendingTo: &secret)
      return identity.verifier.text
    } catch { throw AgeError(.cryptoFailure, "no memory for a key") }
  }

  private static func text(
    _ kind: Kind, publicText: String, secret: Span<UInt8>
  ) -> WipedBuffer {
    var text = WipedBuffer(capacity: secret.count + 256)
    text.append(utf8: "# created: \(WallClock.timestamp())\n")
    switch kind {
    case .x25519, .hybrid: text.append(utf8: "# public key: \(publicText)\n")
    case .keyEncryptionKey: text.append(utf8: "# key-encryption key: \(publicText)\n")
    case .signing: text.append(utf8: "# public signing key: \(publicText)\n")
    }
    text.append(secret)
    text.append(0x0a)
    return text
  }

  /// The file's text encrypted with a passphrase, as an armored age file.
  ///
  /// - Throws: `.other` when there is no memory for it.
  public func encrypted(
    with passphrase: consuming SecretBytes
  ) throws(WorkspaceError) -> WipedBuffer {
    var output = WipedBuffer(capacity: 1024)
    do {
      try AgeFile.encrypt(
        fileText.bytes, to: [ScryptRecipient(passphrase: passphrase)], isArmored: true,
        appendingTo: &output)
    } catch { throw WorkspaceError(error) }
    return output
  }

  /// Writes a new file that only its owner can read.
  ///
  /// - Throws: `.cannotCreate` when there is one already.
  public static func write(_ text: Span<UInt8>, to path: String) throws(WorkspaceError) {
    do {
      try AtomicFile.write(text, to: path, expecting: .absent, options: WriteOptions(mode: 0o600))
    } catch {
      throw error.code == .alreadyExists
        ? WorkspaceError(writing: error).hinting("keys are never overwritten: choose another name")
        : WorkspaceError(writing: error)
    }
  }
}
