internal import COpenSSL

/// One encryption or decryption with OAEP.
@safe
struct RSAOperation: ~Copyable {
  enum Direction {
    case encrypt
    case decrypt
  }

  private let context: OpaquePointer
  private let direction: Direction

  init(
    _ key: RSAKeyHandle, _ direction: Direction, label: Span<UInt8>
  ) throws(CryptoError) {
    guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil) else {
      throw OpenSSL.failure("setting up RSA")
    }
    guard unsafe Self.prepare(context, direction, label: label) else {
      unsafe EVP_PKEY_CTX_free(context)
      throw OpenSSL.failure("setting up RSA")
    }
    unsafe self.context = context
    self.direction = direction
  }

  deinit { unsafe EVP_PKEY_CTX_free(context) }

  private static func prepare(
    _ context: OpaquePointer, _ direction: Direction, label: Span<UInt8>
  ) -> Bool {
    let start =
      switch direction {
      case .encrypt: unsafe EVP_PKEY_encrypt_init(context)
      case .decrypt: unsafe EVP_PKEY_decrypt_init(context)
      }
    guard start == 1,
      unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
      unsafe EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1,
      unsafe EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1,
      let labelCount = CInt(exactly: label.count)
    else { return false }
    if label.isEmpty { return true }
    // The context takes the copy over when the call succeeds.
    guard let copy = unsafe CRYPTO_malloc(label.count, nil, 0) else { return false }
    unsafe label.withPointer { unsafe copy.copyMemory(from: $0, byteCount: label.count) }
    guard unsafe EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, labelCount) == 1 else {
      unsafe CRYPTO_free(copy, nil, 0)
      return false
    }
    return true
  }

  /// Appends at most `maximumCount` bytes of output.
  func run(
    _ input: Span<UInt8>, maximumCount: Int, appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    try unsafe output.appendUnsafe(upTo: maximumCount) { room throws(CryptoError) in
      guard let start = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
        throw CryptoError(.invalidLength, "running RSA")
      }
      var written = maximumCount
      let result = unsafe input.withPointer { bytes in
        switch direction {
        case .encrypt: unsafe EVP_PKEY_encrypt(context, start, &written, bytes, input.count)
        case .decrypt: unsafe EVP_PKEY_decrypt(context, start, &written, bytes, input.count)
        }
      }
      guard result == 1 else {
        ERR_clear_error()
        throw CryptoError(
          direction == .decrypt ? .authenticationFailed : .libraryFailure, "running RSA")
      }
      return written
    }
  }
}
