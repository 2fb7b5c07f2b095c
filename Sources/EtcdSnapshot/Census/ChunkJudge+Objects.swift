internal import CryptoCore
internal import EncryptionAtRest

extension ChunkJudge {
  /// An object for those who want them one by one.
  func listed(
    _ key: Span<UInt8>, _ value: Span<UInt8>, _ entry: BatchEntry, _ path: StoragePath,
    _ stored: StoredValue, _ object: EncryptedObject?, _ verdict: Verdict, isLive: Bool,
    _ opened: Span<UInt8>
  ) -> StoredObject {
    let isOpen = Self.isOpen(stored, opened)
    let wantsPlaintext = isOpen && options.keys != nil
    return StoredObject(
      key: key.text(0..<key.count), path: path, revision: entry.revision,
      createRevision: entry.record.createRevision, version: entry.record.version, isLive: isLive,
      isTombstone: false, byteCount: value.count, provider: stored.provider,
      prefix: value.text(0..<stored.prefixByteCount), keyName: value.text(stored.nameRange),
      keyID: object?.keyID, encoding: isOpen ? StoredValue.encoding(of: opened) : nil,
      verdict: verdict, storedDigest: options.wantsDigests ? SHA256.hash(value) : nil,
      plaintextDigest: options.wantsDigests && isOpen ? SHA256.hash(opened) : nil,
      plaintext: wantsPlaintext ? StoredObject.Plaintext(copying: opened) : nil)
  }

  /// Nothing is encrypted to nothing: an empty plaintext means that it did not open.
  private static func isOpen(_ stored: StoredValue, _ opened: Span<UInt8>) -> Bool {
    stored.provider == .identity || !opened.isEmpty
  }

  func tombstone(
    _ key: Span<UInt8>, _ entry: BatchEntry, _ path: StoragePath
  ) -> StoredObject {
    StoredObject(
      key: key.text(0..<key.count), path: path, revision: entry.revision, createRevision: 0,
      version: 0, isLive: false, isTombstone: true, byteCount: 0, provider: .identity, prefix: "",
      keyName: "", keyID: nil, encoding: nil, verdict: .plaintext, storedDigest: nil,
      plaintextDigest: nil, plaintext: nil)
  }
}
