internal import COpenSSL

/// Process-wide OpenSSL state: initialised without its configuration file, algorithms fetched once.
enum OpenSSL {
  /// Whether libcrypto is initialised.
  ///
  /// `OPENSSL_CONF` is not read: the environment must not be able to load engines or providers.
  /// Names of the old interface and texts of errors are not needed, and tidying up before the process
  /// ends is the system's: they would take half a millisecond.
  static let isReady: Bool = {
    let options = [
      OPENSSL_INIT_NO_LOAD_CONFIG, OPENSSL_INIT_NO_ADD_ALL_CIPHERS,
      OPENSSL_INIT_NO_ADD_ALL_DIGESTS, OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS,
      OPENSSL_INIT_NO_ATEXIT,
    ]
    return OPENSSL_init_crypto(options.reduce(UInt64(0)) { $0 | UInt64($1) }, nil) == 1
  }()

  static let aes128GCM = Cipher("AES-128-GCM")
  static let aes192GCM = Cipher("AES-192-GCM")
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
