internal import CryptoCore

extension SOPSWriter {
  /// What stands for the value while the rest of the file is written.
  private static var mark: StaticString { "ENC[AES256_GCM,data:]" }
  /// What an encrypted value has besides its data, at most, in bytes.
  private static var frameByteCount: Int { 256 }

  /// Writes a binary file, whose one value may be large: it goes from the plaintext to its place in the
  /// text, and into no tree.
  ///
  /// - Returns: nil when there is nothing to encrypt in it.
  mutating func writeBinary(
    _ plaintext: Span<UInt8>, _ metadata: SOPSMetadata, _ key: borrowing SOPSDataKey,
    nonces: NonceMemory
  ) throws(SOPSError) -> WipedBuffer? {
    let selector = metadata.selection.selector
    let state = selector.below(SOPSStore.binaryKey, selector.inside(Selector.State()))
    guard !plaintext.isEmpty, selector.encrypts(state) else { return nil }
    var path = ValuePath()
    path.append(SOPSStore.binaryKey)
    var mac = FileMAC(isEncryptedOnly: metadata.isMACOnlyEncrypted)
    mac.update(plaintext, isEncrypted: true)
    let nonce = path.lend { nonces.nonce(for: plaintext, .string, at: $0) }
    var metadata = metadata
    metadata.lastModified = date
    metadata.encryptedMAC = try seal(mac.finish(), key)
    let frame = try self.frame(metadata)
    var output = WipedBuffer(
      capacity: frame.count + Base64.encodedCount(plaintext.count) + Self.frameByteCount)
    guard let start = Self.place(in: frame.bytes) else { return nil }
    output.append(frame.bytes.extracting(..<start))
    try seal(plaintext, key, nonce, path, to: &output)
    output.append(frame.bytes.extracting((start + Self.mark.utf8CodeUnitCount)...))
    return output
  }

  /// The text with the mark, which is read again before it is released: no ciphertext in its place can
  /// be read in another way.
  private func frame(_ metadata: SOPSMetadata) throws(SOPSError) -> WipedBuffer {
    let store = TreeText()
    let entry = TreeEntry(
      key: SOPSStore.binaryKey, content: .scalar(.string), text: store.add { $0.append(Self.mark) })
    return try text(of: Tree(documents: [[entry]], text: store), metadata, .binary)
  }

  /// Where the mark is: the value comes first.
  private static func place(in frame: Span<UInt8>) -> Int? {
    for start in frame.indices where frame.extracting(start...).starts(with: mark) { return start }
    return nil
  }

  private mutating func seal(
    _ plaintext: Span<UInt8>, _ key: borrowing SOPSDataKey, _ nonce: AES256GCMLongNonce.Nonce,
    _ path: borrowing ValuePath, to output: inout WipedBuffer
  ) throws(SOPSError) {
    try path.lend { (context) throws(SOPSError) in
      try cipher.seal(
        plaintext, .string, key, nonce: nonce, context: context, appendingTo: &output)
    }
  }
}
