internal import CryptoCore

extension KMSKeys {
  /// Reads what stands in for a KMS, in YAML or JSON.
  ///
  ///     keys: {KEY_ID: HEX}                  AES-256 keys by key_id
  ///     opened: [{source: HEX, key: HEX}]    encrypted data keys or seeds, and what they open to
  ///
  /// - Throws: `.malformedKeys` with the place.
  public static func read(_ text: Span<UInt8>) throws(StorageError) -> KMSKeys {
    let fields = try YAMLFields(text)
    let root = try fields.root()
    var keys: [String: AESKeyHolder] = [:]
    for pair in try fields.pairs(of: fields.value("keys", of: root)) {
      let secret = try fields.secret(pair.value)
      let bytes = secret.bytes
      guard bytes.count == 32, let key = try? AESKey(copying: bytes) else {
        throw fields.error("a key-encryption key has 32 bytes", at: pair.value)
      }
      keys[pair.key] = AESKeyHolder(key)
    }
    var opened: [[UInt8]: DataKeyHolder] = [:]
    for item in try fields.items(of: fields.value("opened", of: root)) {
      let source = try fields.secret(fields.value("source", of: item))
      let secret = try fields.secret(fields.value("key", of: item))
      let bytes = secret.bytes
      guard [16, 24, 32].contains(bytes.count), let copy = try? SecretBytes(copying: bytes) else {
        throw fields.error("a data key has 16, 24 or 32 bytes", at: item)
      }
      let sourceBytes = source.bytes
      opened[sourceBytes.bytes(0..<sourceBytes.count)] = DataKeyHolder(copy)
    }
    guard !keys.isEmpty || !opened.isEmpty else {
      throw fields.error("neither keys nor opened data keys", at: root)
    }
    return KMSKeys(keys: keys, opened: opened)
  }
}
