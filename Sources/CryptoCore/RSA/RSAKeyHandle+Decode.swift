internal import COpenSSL

extension RSAKeyHandle {
  static func decode(der: Span<UInt8>) throws(CryptoError) -> RSAKeyHandle {
    guard OpenSSL.isReady, let count = Int(exactly: der.count) else {
      throw OpenSSL.failure("reading an RSA key")
    }
    let decoded = unsafe der.withPointer { start -> (key: OpaquePointer?, rest: Int) in
      var position: UnsafePointer<UInt8>? = unsafe start
      let key = unsafe d2i_AutoPrivateKey(nil, &position, count)
      let used = unsafe position.map { unsafe $0 - start } ?? 0
      return unsafe (key, count - used)
    }
    ERR_clear_error()
    guard let key = unsafe decoded.key else {
      throw CryptoError(.invalidKey, "reading an RSA key")
    }
    let handle = try unsafe RSAKeyHandle(adopting: key)
    guard unsafe decoded.rest == 0 else { throw CryptoError(.invalidKey, "reading an RSA key") }
    return handle
  }

  /// Makes known the ciphers that encrypted PEM of the old kind names (`DEK-Info`): they are looked
  /// up by the old interface, whose names `OpenSSL.isReady` leaves out.
  private static let hasCipherNames: Bool = {
    guard OpenSSL.isReady else { return false }
    let ciphers = unsafe [
      EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc(), EVP_des_ede3_cbc(),
    ]
    return unsafe ciphers.allSatisfy { unsafe EVP_add_cipher($0) == 1 }
  }()

  static func decode(
    pem: Span<UInt8>, passphrase: Span<UInt8>
  ) throws(CryptoError) -> RSAKeyHandle {
    guard Self.hasCipherNames, let count = CInt(exactly: pem.count) else {
      throw OpenSSL.failure("reading an RSA key")
    }
    let key = unsafe pem.withPointer { text -> OpaquePointer? in
      guard let source = unsafe BIO_new_mem_buf(text, count) else { return nil }
      defer { unsafe BIO_free(source) }
      return unsafe passphrase.withPointer { start in
        var answer = unsafe PassphraseAnswer(start: start, count: passphrase.count)
        return unsafe PEM_read_bio_PrivateKey(source, nil, PassphraseAnswer.give, &answer)
      }
    }
    ERR_clear_error()
    guard let key = unsafe key else { throw CryptoError(.invalidKey, "reading an RSA key") }
    return try unsafe RSAKeyHandle(adopting: key)
  }
}

/// What OpenSSL gets when it asks for a passphrase; without a callback it would ask the terminal.
@unsafe
private struct PassphraseAnswer {
  let start: UnsafePointer<UInt8>
  let count: Int

  static let give:
    @convention(c) (UnsafeMutablePointer<CChar>?, CInt, CInt, UnsafeMutableRawPointer?) -> CInt = {
      buffer, capacity, _, answer in
      guard let buffer = unsafe buffer,
        let answer = unsafe answer?.assumingMemoryBound(to: PassphraseAnswer.self).pointee,
        unsafe answer.count > 0, unsafe answer.count <= Int(capacity)
      else { return -1 }
      unsafe UnsafeMutableRawPointer(buffer)
        .copyMemory(from: answer.start, byteCount: answer.count)
      return CInt(unsafe answer.count)
    }
}
