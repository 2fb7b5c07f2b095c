internal import COpenSSL
internal import CryptoCore

extension PrivateKey {
  /// Reads an `ENCRYPTED PRIVATE KEY` (PKCS #8, RFC 5958).
  ///
  /// - Throws: `.passwordNeeded` for an empty password, `.wrongPassword`, `.unsupported`,
  ///   `.malformed`.
  convenience init(
    encryptedDER der: Span<UInt8>, password: Span<UInt8>, budget: inout WorkBudget
  ) throws(X509Error) {
    guard Library.isReady else { throw Library.unavailable }
    let envelope = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var position = bytes.baseAddress
      return unsafe d2i_X509_SIG(nil, &position, bytes.count)
    }
    guard let envelope = unsafe envelope else {
      throw Library.failure(.malformed, "not an encrypted private key that OpenSSL can read")
    }
    defer { unsafe X509_SIG_free(envelope) }
    guard !password.isEmpty else {
      throw X509Error(.passwordNeeded, "the private key is encrypted")
    }
    let key = try unsafe Self.decrypt(envelope, password, &budget)
    try unsafe self.init(adopting: key, budget: &budget)
  }

  /// Decrypts OpenSSL's `X509_SIG`.
  static func decrypt(
    _ envelope: OpaquePointer, _ password: Span<UInt8>, _ budget: inout WorkBudget
  ) throws(X509Error) -> OpaquePointer {
    var algorithm: UnsafePointer<X509_ALGOR>?
    unsafe X509_SIG_get0(envelope, &algorithm, nil)
    let name = unsafe Text.encoded { unsafe i2d_X509_ALGOR(algorithm, $0) }
    guard budget.spend(algorithm: name.span) else {
      throw X509Error(
        .unsupported,
        "the private key is encrypted in a way that is not supported or costs too much")
    }
    let decrypted = unsafe password.withUnsafeBufferPointer { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        unsafe PKCS8_decrypt(envelope, characters.baseAddress, CInt(clamping: characters.count))
      }
    }
    guard let decrypted = unsafe decrypted else {
      throw Library.failure(.wrongPassword, "the password does not open the private key")
    }
    defer { unsafe PKCS8_PRIV_KEY_INFO_free(decrypted) }
    guard let key = unsafe EVP_PKCS82PKEY(decrypted) else {
      throw Library.failure(.malformed, "not a private key that OpenSSL can read")
    }
    return unsafe key
  }

  /// Reads a PEM entry that its own headers encrypt (RFC 1421; `DEK-Info`).
  ///
  /// - Parameter entry: The whole entry.
  /// - Throws: `.passwordNeeded` for an empty password, `.wrongPassword`.
  convenience init(
    encryptedPEM entry: Span<UInt8>, password: Span<UInt8>, budget: inout WorkBudget
  ) throws(X509Error) {
    guard Library.isReady else { throw Library.unavailable }
    guard !password.isEmpty else {
      throw X509Error(.passwordNeeded, "the private key is encrypted")
    }
    let key = unsafe entry.withUnsafeBufferPointer { text -> OpaquePointer? in
      guard let count = CInt(exactly: text.count),
        let source = unsafe BIO_new_mem_buf(text.baseAddress, count)
      else { return nil }
      defer { unsafe BIO_free(source) }
      return unsafe password.withUnsafeBufferPointer { bytes in
        var answer = unsafe PasswordAnswer(start: bytes.baseAddress, count: bytes.count)
        return unsafe PEM_read_bio_PrivateKey(source, nil, PasswordAnswer.give, &answer)
      }
    }
    guard let key = unsafe key else {
      throw Library.failure(.wrongPassword, "the password does not open the private key")
    }
    try unsafe self.init(adopting: key, budget: &budget)
  }
}
