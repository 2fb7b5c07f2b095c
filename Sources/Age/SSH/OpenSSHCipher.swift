internal import CryptoCore

/// The ciphers of encrypted OpenSSH keys that are handled: what ssh-keygen uses and used.
enum OpenSSHCipher: String, Sendable {
  case aes256CTR = "aes256-ctr"
  case aes256CBC = "aes256-cbc"

  /// A key and the first block.
  static let secretByteCount = 32 + 16

  /// Appends the decryption; `secret` is the key, then the first block.
  func decrypt(
    _ sealed: borrowing WipedBuffer, _ secret: borrowing SecretBytes,
    appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    let key = secret.bytes.extracting(..<32)
    let block = secret.bytes.extracting(32...)
    switch self {
    case .aes256CTR:
      try AES256CTR.apply(
        to: sealed.bytes, key: try SymmetricKey(copying: key),
        counter: try AES256CTR.InitialCounter(copying: block), appendingTo: &output)
    case .aes256CBC:
      try AES256CBC.decrypt(
        sealed.bytes, key: try SymmetricKey(copying: key),
        initializationVector: try AES256CBC.InitializationVector(copying: block),
        padding: .none, appendingTo: &output)
    }
  }
}
