internal import COpenSSL

extension RSAOAEP.PublicKey {
  /// Reads the DER of a SubjectPublicKeyInfo (RFC 5280, section 4.1), as certificates have it.
  ///
  /// - Throws: `.invalidKey` when it is none, not RSA, or the length is not accepted.
  public init(subjectPublicKeyInfo der: Span<UInt8>) throws(CryptoError) {
    guard OpenSSL.isReady, let count = Int(exactly: der.count) else {
      throw OpenSSL.failure("reading an RSA key")
    }
    let decoded = unsafe der.withPointer { start -> (key: OpaquePointer?, rest: Int) in
      var position: UnsafePointer<UInt8>? = unsafe start
      let key = unsafe d2i_PUBKEY(nil, &position, count)
      let used = unsafe position.map { unsafe $0 - start } ?? 0
      return unsafe (key, count - used)
    }
    ERR_clear_error()
    guard let key = unsafe decoded.key else {
      throw CryptoError(.invalidKey, "reading an RSA key")
    }
    let handle = try unsafe RSAKeyHandle(adopting: key)
    guard unsafe decoded.rest == 0 else { throw CryptoError(.invalidKey, "reading an RSA key") }
    try self.init(handle)
  }
}
