internal import COpenSSL

/// Process-wide OpenSSL state: initialised without its configuration file, algorithms fetched once.
enum OpenSSL {
  /// Whether libcrypto is initialised.
  ///
  /// `OPENSSL_CONF` is not read: the environment must not be able to load engines or providers.
  static let isReady: Bool =
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1

  static let aes256GCM = Cipher("AES-256-GCM")
  static let chaCha20Poly1305 = Cipher("ChaCha20-Poly1305")

  /// A fetched cipher; fetching costs about a microsecond, and over a millisecond the first time.
  ///
  /// Unchecked: an `EVP_CIPHER` is immutable, and these are never freed.
  @safe
  struct Cipher: @unchecked Sendable {
    let pointer: OpaquePointer?

    init(_ name: String) {
      unsafe pointer = OpenSSL.isReady ? EVP_CIPHER_fetch(nil, name, nil) : nil
      ERR_clear_error()
    }
  }

  /// Drops what a failed call left in the thread's error queue and makes the error to throw.
  @inline(never)
  static func failure(_ context: StaticString) -> CryptoError {
    ERR_clear_error()
    return CryptoError(.libraryFailure, context)
  }
}
