/// The authenticated ciphers that protect the values of a unit (docs/format.md, section 4).
public enum CipherName: String, Sendable, CaseIterable {
  /// AES-256 in Galois/Counter Mode with a random nonce of 12 bytes.
  case aes256GCM = "aes-256-gcm"
  /// XSalsa20-Poly1305 with a random nonce of 24 bytes.
  case secretbox
}
