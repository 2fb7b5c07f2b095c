internal import COpenSSL

/// An OpenSSL context for an AEAD with a tag of 16 bytes, made at the first message and used again for
/// every further one.
@safe
struct AEADContext: ~Copyable, @unchecked Sendable {  // one owner
  static let tagByteCount = 16

  private let cipher: OpenSSL.Cipher
  private let keyByteCount: Int
  private let nonceByteCount: Int
  private var context: OpaquePointer?

  init(_ cipher: OpenSSL.Cipher, keyByteCount: Int = 32, nonceByteCount: Int = 12) {
    self.cipher = cipher
    self.keyByteCount = keyByteCount
    self.nonceByteCount = nonceByteCount
    unsafe context = nil
  }

  /// OpenSSL wipes the key schedule.
  deinit { unsafe EVP_CIPHER_CTX_free(context) }

  private mutating func ready() throws(CryptoError) -> OpaquePointer {
    if let context = unsafe context { return unsafe context }
    guard let algorithm = unsafe cipher.pointer, let made = unsafe EVP_CIPHER_CTX_new() else {
      throw OpenSSL.failure("making a cipher context")
    }
    unsafe context = made
    guard unsafe EVP_CipherInit_ex(made, algorithm, nil, nil, nil, 1) == 1,
      unsafe EVP_CIPHER_CTX_ctrl(made, EVP_CTRL_AEAD_SET_IVLEN, CInt(nonceByteCount), nil) == 1
    else { throw OpenSSL.failure("making a cipher context") }
    return unsafe made
  }

  /// Sets the key of the messages that follow.
  mutating func setKey(_ key: Span<UInt8>) throws(CryptoError) {
    guard key.count == keyByteCount else { throw CryptoError(.invalidLength, "setting a key") }
    let context = unsafe try ready()
    let result = unsafe key.withPointer { unsafe EVP_CipherInit_ex(context, nil, nil, $0, nil, -1) }
    guard result == 1 else { throw OpenSSL.failure("setting a key") }
  }

  /// Writes ciphertext and tag; `output` has exactly 16 bytes more than `plaintext`.
  ///
  /// Without a key the one of the message before is used.
  mutating func seal(
    _ plaintext: Span<UInt8>, key: Span<UInt8>? = nil, nonce: Span<UInt8>,
    authenticating data: Span<UInt8>, into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    guard output.count - Self.tagByteCount == plaintext.count else {
      throw CryptoError(.invalidLength, "sealing")
    }
    guard let length = CInt(exactly: plaintext.count) else {
      throw CryptoError(.limitExceeded, "sealing")
    }
    try start(key: key, nonce: nonce, authenticating: data, direction: 1)
    let context = unsafe try ready()
    let isSealed = unsafe plaintext.withPointer { input in
      unsafe output.withPointer { result in
        var written: CInt = 0
        guard
          unsafe length == 0 || EVP_EncryptUpdate(context, result, &written, input, length) == 1,
          written == length,
          unsafe EVP_EncryptFinal_ex(context, result + Int(length), &written) == 1
        else { return false }
        return unsafe EVP_CIPHER_CTX_ctrl(
          context, EVP_CTRL_AEAD_GET_TAG, CInt(Self.tagByteCount), result + Int(length)) == 1
      }
    }
    guard isSealed else { throw OpenSSL.failure("sealing") }
  }

  /// Writes the plaintext; `output` has exactly 16 bytes fewer than `sealed`, and is zeros when
  /// this throws.
  mutating func open(
    _ sealed: Span<UInt8>, key: Span<UInt8>? = nil, nonce: Span<UInt8>,
    authenticating data: Span<UInt8>, into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    guard sealed.count - Self.tagByteCount == output.count else {
      throw CryptoError(.invalidLength, "opening")
    }
    guard let length = CInt(exactly: output.count) else {
      throw CryptoError(.limitExceeded, "opening")
    }
    try start(key: key, nonce: nonce, authenticating: data, direction: 0)
    let context = unsafe try ready()
    let isOpen = unsafe sealed.withPointer { input in
      unsafe output.withPointer { result in
        var written: CInt = 0
        // OpenSSL copies the tag from a pointer that it declares as mutable.
        let tag = unsafe UnsafeMutablePointer(mutating: input + Int(length))
        guard
          unsafe length == 0 || EVP_DecryptUpdate(context, result, &written, input, length) == 1,
          written == length,
          unsafe EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_SET_TAG, CInt(Self.tagByteCount), tag) == 1,
          unsafe EVP_DecryptFinal_ex(context, result + Int(length), &written) == 1
        else {
          unsafe OPENSSL_cleanse(result, Int(length))
          return false
        }
        return true
      }
    }
    guard isOpen else {
      ERR_clear_error()
      throw CryptoError(.authenticationFailed, "opening")
    }
  }

  private mutating func start(
    key: Span<UInt8>?, nonce: Span<UInt8>, authenticating data: Span<UInt8>, direction: CInt
  ) throws(CryptoError) {
    guard nonce.count == nonceByteCount else {
      throw CryptoError(.invalidLength, "starting a message")
    }
    guard let length = CInt(exactly: data.count) else {
      throw CryptoError(.limitExceeded, "authenticating data")
    }
    if let key, key.count != keyByteCount { throw CryptoError(.invalidLength, "setting a key") }
    let context = unsafe try ready()
    let hasKeys = unsafe nonce.withPointer { nonce in
      if let key {
        return unsafe key.withPointer {
          unsafe EVP_CipherInit_ex(context, nil, nil, $0, nonce, direction) == 1
        }
      }
      return unsafe EVP_CipherInit_ex(context, nil, nil, nil, nonce, direction) == 1
    }
    guard hasKeys else { throw OpenSSL.failure("starting a message") }
    let hasStarted = unsafe data.withPointer { data in
      var written: CInt = 0
      return unsafe length == 0 || EVP_CipherUpdate(context, nil, &written, data, length) == 1
    }
    guard hasStarted else { throw OpenSSL.failure("starting a message") }
  }
}
