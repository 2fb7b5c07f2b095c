public import CryptoCore

/// The identity of the text `AGE-SECRET-KEY-1...`, in locked memory.
public final class X25519Identity: Identity {
  private let key: X25519.PrivateKey

  /// The recipient it belongs to.
  public let recipient: X25519Recipient

  static let humanReadablePart = "AGE-SECRET-KEY-"

  /// Takes a private key over.
  public init(_ key: consuming X25519.PrivateKey) {
    recipient = X25519Recipient(publicKey: key.publicKey)
    self.key = key
  }

  /// Reads the text `AGE-SECRET-KEY-1...`, which is upper case; the caller wipes it.
  ///
  /// - Throws: `.malformedIdentity`; `.cryptoFailure`.
  public convenience init(
    _ text: Span<UInt8>, in arena: SecretArena? = nil
  ) throws(AgeError) {
    let bytes = try Bech32.secretBytes(
      text, humanReadablePart: Self.humanReadablePart, count: X25519.keyByteCount)
    do { self.init(try X25519.PrivateKey(copying: bytes.bytes, in: arena)) } catch {
      throw AgeError(error)
    }
  }

  /// A new random identity.
  ///
  /// - Throws: `.cryptoFailure`.
  public static func generate(
    in arena: SecretArena? = nil
  ) throws(AgeError) -> X25519Identity {
    do { return X25519Identity(try X25519.PrivateKey.random(in: arena)) } catch {
      throw AgeError(error)
    }
  }

  /// The text of the recipient, `age1...`.
  public var recipientText: String { recipient.text }

  /// Appends the secret text, without a line break.
  public func serialize(appendingTo output: inout WipedBuffer) {
    Self.serialize(key, appendingTo: &output)
  }

  private static func serialize(
    _ key: borrowing X25519.PrivateKey, appendingTo output: inout WipedBuffer
  ) {
    Bech32.encode(
      key.bytes, humanReadablePart: humanReadablePart, isUpperCase: true, appendingTo: &output)
  }

  public func unwrap(
    _ stanzas: [Stanza], in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    // All of them must be well formed, also those for others and those behind ours.
    var shares: [(share: X25519.PublicKey, body: [UInt8])] = []
    for stanza in stanzas where stanza.type == X25519Recipient.stanzaType {
      shares.append((try Self.share(of: stanza), stanza.body))
    }
    for (share, body) in shares {
      let wrapKey: SymmetricKey<ChaCha20Poly1305>
      do {
        let shared = try X25519.sharedSecret(private: key, public: share, in: arena)
        wrapKey = try X25519Recipient.wrapKey(
          shared, share: share, recipient: recipient.publicKey, in: arena)
      } catch {
        if error.code == .lowOrderPoint {
          throw AgeError(.malformedHeader, "an X25519 share is a point of low order")
        }
        throw AgeError(error)
      }
      if let fileKey = try wrapKey.open(body, in: arena) { return fileKey }
    }
    return nil
  }

  private static func share(of stanza: Stanza) throws(AgeError) -> X25519.PublicKey {
    guard stanza.arguments.count == 1 else {
      throw AgeError(.malformedHeader, "an X25519 stanza does not have two arguments")
    }
    let share = try Base64Argument.decode(
      stanza.arguments[0], count: X25519.keyByteCount, "an X25519 share")
    try stanza.checkBody()
    do { return try X25519.PublicKey(copying: share.span) } catch { throw AgeError(error) }
  }
}
