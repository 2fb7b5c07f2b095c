internal import COpenSSL
internal import Synchronization

/// Process-wide OpenSSL state for TLS.
enum Library {
  /// Whether libssl is initialised, without its configuration file: Debian's raises the lowest
  /// version and the security level for the whole process, and the environment could name another.
  static let isReady: Bool =
    OPENSSL_init_ssl(
      UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_LOAD_SSL_STRINGS)
        | UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1

  /// What the thread's queue of errors says, the first cause; empties the queue.
  static func reason() -> String {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return "unknown" }
    return unsafe String(cString: text)
  }

  /// A name of the library's tables of objects.
  static func name(ofObject number: CInt) -> String? {
    guard number != 0, let text = unsafe OBJ_nid2sn(number) else { return nil }
    return unsafe String(cString: text)
  }
}
