internal import CryptoCore

extension SymmetricKey where Algorithm == ChaCha20Poly1305 {
  /// The length of a file key sealed under a wrap key, in bytes.
  static var wrappedByteCount: Int {
    AgeFileKey.keyByteCount + ChaCha20Poly1305.tagByteCount
  }

  /// Seals a file key; the zero nonce is sound since each wrap key is used once.
  borrowing func seal(_ fileKey: borrowing FileKey) throws(AgeError) -> [UInt8] {
    do {
      var body = [UInt8](repeating: 0, count: Self.wrappedByteCount)
      var span = body.mutableSpan
      try ChaCha20Poly1305.seal(
        fileKey.bytes, key: self, nonce: ChaCha20Poly1305.Nonce(), into: &span)
      return body
    } catch { throw AgeError(error) }
  }

  /// Opens what `seal` made, or nil when it is under another key; `Stanza.checkBody` came before.
  borrowing func open(
    _ body: [UInt8], in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    precondition(body.count == Self.wrappedByteCount, "a body that was not checked")
    do {
      var secret = try SecretBytes(zeroed: AgeFileKey.keyByteCount, in: arena)
      var span = secret.mutableBytes
      try ChaCha20Poly1305.open(
        body.span, key: self, nonce: ChaCha20Poly1305.Nonce(), into: &span)
      return try FileKey(secret)
    } catch {
      if error.code == .authenticationFailed { return nil }
      throw AgeError(error)
    }
  }
}

extension Stanza {
  /// Checks that the body has the length of a sealed file key.
  ///
  /// The exact length is part of the format: longer bodies could be made to open under many keys.
  ///
  /// - Throws: `.malformedHeader`.
  func checkBody() throws(AgeError) {
    guard body.count == SymmetricKey<ChaCha20Poly1305>.wrappedByteCount else {
      throw AgeError(.malformedHeader, "a wrapped file key is not of 16 bytes")
    }
  }
}
