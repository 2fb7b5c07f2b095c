internal import CryptoCore

/// What a file's MAC is about: SHA-512 over its values, one behind the other.
///
/// The MAC itself is the digest in capital hexadecimal digits, encrypted like a value and bound to the
/// date of the last change.
struct FileMAC: ~Copyable {
  private var stream = SHA512.Stream()
  private let isEncryptedOnly: Bool

  init(isEncryptedOnly: Bool) {
    self.isEncryptedOnly = isEncryptedOnly
    guard isEncryptedOnly else { return }
    // So that the one kind of MAC cannot be taken for the other.
    let name = Array("sops".utf8)
    stream.update(SHA256.hash(name.span).bytes)
  }

  /// Takes a value in, unless the MAC is not about it.
  mutating func update(_ text: Span<UInt8>, isEncrypted: Bool) {
    if isEncrypted || !isEncryptedOnly { stream.update(text) }
  }

  /// The digest's text.
  consuming func finish() -> WipedBuffer {
    let digest = stream.finalize()
    let bytes = digest.bytes
    var text = WipedBuffer(capacity: SHA512.digestByteCount * 2)
    text.append(count: SHA512.digestByteCount * 2) { digits in
      for index in digits.indices {
        let byte = bytes[index / 2]
        let digit = index % 2 == 0 ? byte >> 4 : byte & 0xf
        digits[index] = digit < 10 ? 0x30 + digit : 0x41 + digit - 10
      }
    }
    return text
  }
}
