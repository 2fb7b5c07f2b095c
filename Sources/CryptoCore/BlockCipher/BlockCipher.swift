internal import COpenSSL

/// One message through a block cipher mode of OpenSSL that does not authenticate.
enum BlockCipher {
  enum Direction: CInt {
    case decrypt = 0
    case encrypt = 1
  }

  /// Appends the output; nothing when it throws.
  ///
  /// - Throws: `.invalidLength` when the input does not end with a block and is not padded;
  ///   `.authenticationFailed` when the padding is wrong; `.limitExceeded`; `.libraryFailure`.
  static func run(
    _ cipher: OpenSSL.Cipher, _ direction: Direction, _ input: Span<UInt8>, key: Span<UInt8>,
    initializationVector: Span<UInt8>, isPadded: Bool, appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    guard let length = CInt(exactly: input.count), length <= CInt.max - 32 else {
      throw CryptoError(.limitExceeded, "running a block cipher")
    }
    guard let algorithm = unsafe cipher.pointer,
      Int(unsafe EVP_CIPHER_get_key_length(algorithm)) == key.count,
      Int(unsafe EVP_CIPHER_get_iv_length(algorithm)) == initializationVector.count,
      let context = unsafe EVP_CIPHER_CTX_new()
    else { throw OpenSSL.failure("making a cipher context") }
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    let hasStarted = unsafe key.withPointer { key in
      unsafe initializationVector.withPointer { vector in
        unsafe EVP_CipherInit_ex(context, algorithm, nil, key, vector, direction.rawValue) == 1
          && EVP_CIPHER_CTX_set_padding(context, isPadded ? 1 : 0) == 1
      }
    }
    guard hasStarted else { throw OpenSSL.failure("starting a message") }
    try unsafe output.appendUnsafe(upTo: input.count + 32) { room throws(CryptoError) in
      guard let result = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
        return 0
      }
      var written: CInt = 0
      var last: CInt = 0
      let isUpdated = unsafe input.withPointer { input in
        unsafe length == 0 || EVP_CipherUpdate(context, result, &written, input, length) == 1
      }
      guard isUpdated else { throw OpenSSL.failure("running a block cipher") }
      guard unsafe EVP_CipherFinal_ex(context, result + Int(written), &last) == 1 else {
        ERR_clear_error()
        throw CryptoError(
          isPadded && direction == .decrypt ? .authenticationFailed : .invalidLength,
          "ending a block cipher's message")
      }
      return Int(written) + Int(last)
    }
  }
}
