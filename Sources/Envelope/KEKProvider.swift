public import CryptoCore

/// Wraps data keys under a symmetric key-encryption key (docs/format.md, section 5.1).
public struct KEKWrapper: KeyWrapper {
  /// Whom it wraps for: the KEK's id and name.
  public let recipient: RecipientDescription
  private let kek: KeyEncryptionKey

  /// Makes a wrapper.
  public init(_ kek: KeyEncryptionKey, name: String?) {
    self.kek = kek
    recipient = RecipientDescription(kind: .kek, text: kek.id, name: name)
  }

  /// Wraps the key: nonce and box under a key derived for this unit.
  public func wrap(
    _ key: borrowing DataKey, context: UnitContext, in arena: SecretArena?
  ) throws(EnvelopeError) -> [UInt8] {
    let info = kek.wrapInfo(context)
    var output = WipedBuffer(capacity: 80)
    do {
      try key.withBytes { (bytes) throws(CryptoError) in
        switch kek.cipher {
        case .aes256GCM:
          let wrapKey = try kek.wrapKey(info, as: AES256GCM.self, in: arena)
          let nonce = AES256GCM.Nonce.random()
          var cipher = try AES256GCMCipher()
          output.append(nonce.bytes)
          try cipher.seal(
            bytes, key: wrapKey, nonce: nonce, authenticating: info.bytes.span,
            appendingTo: &output)
        case .secretbox:
          let wrapKey = try kek.wrapKey(info, as: SecretBox.self, in: arena)
          let nonce = SecretBox.Nonce.random()
          output.append(nonce.bytes)
          try SecretBox.seal(bytes, key: wrapKey, nonce: nonce, appendingTo: &output)
        }
      }
    } catch { throw EnvelopeError(crypto: error) }
    return [UInt8](copying: output.bytes)
  }
}

/// Unwraps data keys with a symmetric key-encryption key.
public struct KEKUnwrapper: KeyUnwrapper {
  private let kek: KeyEncryptionKey

  /// Makes an unwrapper.
  public init(_ kek: KeyEncryptionKey) { self.kek = kek }

  /// The data key of a `to kek` line with this KEK's id, or nil.
  public func unwrap(
    _ line: RecipientLine, context: UnitContext, in arena: SecretArena?
  ) throws(EnvelopeError) -> DataKey? {
    guard line.recipient.kind == .kek, line.recipient.text == kek.id else { return nil }
    let info = kek.wrapInfo(context)
    let nonceByteCount = kek.cipher == .aes256GCM ? 12 : 24
    guard line.wrap.count == nonceByteCount + DataKey.byteCount + 16 else { throw failure }
    var plaintext = WipedBuffer(capacity: DataKey.byteCount)
    let nonceBytes = line.wrap.span.extracting(..<nonceByteCount)
    let box = line.wrap.span.extracting(nonceByteCount...)
    do {
      switch kek.cipher {
      case .aes256GCM:
        var cipher = try AES256GCMCipher()
        try cipher.open(
          box, key: try kek.wrapKey(info, as: AES256GCM.self, in: arena),
          nonce: try AES256GCM.Nonce(copying: nonceBytes), authenticating: info.bytes.span,
          appendingTo: &plaintext)
      case .secretbox:
        try SecretBox.open(
          box, key: try kek.wrapKey(info, as: SecretBox.self, in: arena),
          nonce: try SecretBox.Nonce(copying: nonceBytes), appendingTo: &plaintext)
      }
    } catch { throw failure }
    return try DataKey(copying: plaintext.bytes, in: arena)
  }

  /// A KEK wraps for itself.
  public func wrapper(for recipient: RecipientDescription) -> (any KeyWrapper)? {
    guard recipient.kind == .kek, recipient.text == kek.id else { return nil }
    return KEKWrapper(kek, name: recipient.name)
  }

  private var failure: EnvelopeError {
    EnvelopeError(
      .unwrapFailed,
      "the key wrapped under \(kek.id) does not open here: it was altered, or the Secret was renamed"
    )
  }
}
