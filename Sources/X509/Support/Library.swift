internal import COpenSSL

/// Process-wide OpenSSL state for certificates.
enum Library {
  /// Whether libcrypto is initialised, without its configuration file, as CryptoCore does it.
  ///
  /// Signatures and encrypted keys name their algorithms by the old interface, whose tables CryptoCore
  /// leaves out; those that occur are added one by one.
  static let isReady: Bool = {
    let options = [
      OPENSSL_INIT_NO_LOAD_CONFIG, OPENSSL_INIT_NO_ADD_ALL_CIPHERS,
      OPENSSL_INIT_NO_ADD_ALL_DIGESTS, OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS,
      OPENSSL_INIT_NO_ATEXIT,
    ]
    guard OPENSSL_init_crypto(options.reduce(UInt64(0)) { $0 | UInt64($1) }, nil) == 1 else {
      return false
    }
    let digests = unsafe [
      EVP_md5(), EVP_sha1(), EVP_sha224(), EVP_sha256(), EVP_sha384(), EVP_sha512(),
      EVP_sha512_224(), EVP_sha512_256(), EVP_sha3_224(), EVP_sha3_256(), EVP_sha3_384(),
      EVP_sha3_512(),
    ]
    let ciphers = unsafe [
      EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc(), EVP_des_ede3_cbc(),
    ]
    return unsafe digests.allSatisfy { unsafe EVP_add_digest($0) == 1 }
      && ciphers.allSatisfy { unsafe EVP_add_cipher($0) == 1 }
  }()

  /// Drops what a failed call left in the thread's error queue and makes the error to throw.
  @inline(never)
  static func failure(_ code: X509Error.Code, _ message: String) -> X509Error {
    ERR_clear_error()
    return X509Error(code, message)
  }

  /// The error when OpenSSL cannot be used at all, or memory is short.
  static var unavailable: X509Error { failure(.libraryFailure, "OpenSSL failed") }
}
