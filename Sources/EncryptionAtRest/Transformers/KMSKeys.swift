internal import CryptoCore
internal import Synchronization

/// What a KMS plugin would answer: its key-encryption keys, or single data keys and seeds that it
/// has opened.
///
/// With a key-encryption key, an encrypted data key is taken to be a nonce of 12 bytes and an
/// AES-256-GCM ciphertext, authenticating the key_id: this program's own plugin format, and that of
/// the tests. Safe to share between threads.
public final class KMSKeys: Sendable {
  /// The most encrypted data keys that are remembered; the API server makes one at each start.
  private static let cacheLimit = 4096

  private let keys: [String: AESKeyHolder]
  private let cache: Mutex<[[UInt8]: DataKeyHolder]>

  package init(keys: [String: AESKeyHolder], opened: [[UInt8]: DataKeyHolder]) {
    self.keys = keys
    cache = Mutex(opened)
  }

  /// The data key or seed behind an encrypted one; nil when no key opens it.
  package func dataKey(source: Span<UInt8>, keyID: String) -> DataKeyHolder? {
    let encrypted = source.bytes(0..<source.count)
    if let known = cache.withLock({ $0[encrypted] }) { return known }
    let candidates = keyID.isEmpty ? Array(keys.values) : [keys[keyID]].compactMap { $0 }
    for candidate in candidates {
      guard let found = Self.open(source, candidate, keyID) else { continue }
      cache.withLock { cache in
        if cache.count < Self.cacheLimit { cache[encrypted] = found }
      }
      return found
    }
    return nil
  }

  private static func open(
    _ source: Span<UInt8>, _ holder: AESKeyHolder, _ keyID: String
  ) -> DataKeyHolder? {
    guard source.count > 28 else { return nil }
    var cipher = AESGCMCipher()
    var opened = WipedBuffer()
    do {
      let nonce = try AES256GCM.Nonce(copying: source.extracting(..<12))
      try cipher.open(
        source.extracting(12...), key: holder.key, nonce: nonce,
        authenticating: Array(keyID.utf8).span, appendingTo: &opened)
      let bytes = opened.bytes
      let secret = try SecretBytes(copying: bytes)
      return DataKeyHolder(secret)
    } catch { return nil }
  }
}
