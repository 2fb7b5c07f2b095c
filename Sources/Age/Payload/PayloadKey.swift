internal import CryptoCore

/// The key of a payload, shared by the threads that work on it.
final class PayloadKey: Sendable {
  let key: SymmetricKey<ChaCha20Poly1305>

  init(_ key: consuming SymmetricKey<ChaCha20Poly1305>) { self.key = key }

  /// A cipher with this key.
  func makeCipher() throws(CryptoError) -> ChaCha20Poly1305Cipher {
    var cipher = try ChaCha20Poly1305Cipher()
    try cipher.setKey(key)
    return cipher
  }
}
