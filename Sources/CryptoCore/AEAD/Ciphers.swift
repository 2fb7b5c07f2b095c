/// The ciphers of the process as a whole.
public enum Ciphers {
  /// Gets the ciphers ready ahead of their first use, which would take up to a millisecond.
  ///
  /// Safe on any thread, also while others use them.
  public static func prepare() {
    _ = Sodium.isReady
    _ = unsafe OpenSSL.aes256GCM.pointer
    _ = unsafe OpenSSL.chaCha20Poly1305.pointer
  }
}
