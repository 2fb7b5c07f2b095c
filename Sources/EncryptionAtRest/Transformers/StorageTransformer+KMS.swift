public import CryptoCore

/// Writing as a KMS provider does, with the data key at hand: for plans and tests.
extension StorageTransformer {
  /// What a KMS v2 value needs besides its data.
  public struct KMSv2Envelope: Sendable {
    /// The plugin's name for its key.
    public let keyID: String
    /// The data key or seed, encrypted by the plugin.
    public let encryptedSource: [UInt8]
    /// What it is.
    public let sourceKind: EncryptedObject.SourceKind
    /// What the plugin wants back with it.
    public let annotations: [(name: String, value: [UInt8])]

    /// Makes one.
    public init(
      keyID: String, encryptedSource: [UInt8], sourceKind: EncryptedObject.SourceKind,
      annotations: [(name: String, value: [UInt8])] = []
    ) {
      self.keyID = keyID
      self.encryptedSource = encryptedSource
      self.sourceKind = sourceKind
      self.annotations = annotations
    }
  }

  /// Encrypts as KMS v2 does: appends an `EncryptedObject`.
  ///
  /// - Parameter source: The data key or seed that `envelope.encryptedSource` opens to.
  /// - Throws: `.cryptoFailure`, also for a source of a length that does not do.
  public mutating func sealKMSv2(
    _ plaintext: Span<UInt8>, source: Span<UInt8>, envelope: KMSv2Envelope,
    at etcdKey: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(StorageError) {
    var data = WipedBuffer()
    do throws(CryptoError) {
      let secret = try SecretBytes(copying: source)
      let dataKey = DataKeyHolder(secret)
      switch envelope.sourceKind {
      case .aesGCMKey: try sealGCM(plaintext, try Self.aesKey(dataKey), etcdKey, &data)
      case .seed:
        var info = [UInt8](repeating: 0, count: Self.infoByteCount)
        var span = info.mutableSpan
        RandomBytes.fill(&span)
        data.append(info)
        try sealGCM(plaintext, try Self.expand(dataKey, info: info.span), etcdKey, &data)
      }
    } catch { throw StorageError(.cryptoFailure, "encrypting failed") }
    let bytes = data.bytes
    Self.append(field: 1, bytes, to: &output)
    Self.append(field: 2, Array(envelope.keyID.utf8).span, to: &output)
    Self.append(field: 3, envelope.encryptedSource.span, to: &output)
    for annotation in envelope.annotations {
      var entry = WipedBuffer()
      Self.append(field: 1, Array(annotation.name.utf8).span, to: &entry)
      Self.append(field: 2, annotation.value.span, to: &entry)
      let entryBytes = entry.bytes
      Self.append(field: 4, entryBytes, to: &output)
    }
    if envelope.sourceKind != .aesGCMKey {
      output.append([5 << 3, UInt8(envelope.sourceKind.rawValue)])
    }
  }

  /// Encrypts as KMS v1 does.
  ///
  /// - Parameter source: The AES key that `encryptedSource` opens to.
  /// - Throws: `.cryptoFailure`.
  public mutating func sealKMSv1(
    _ plaintext: Span<UInt8>, source: Span<UInt8>, encryptedSource: [UInt8],
    at etcdKey: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(StorageError) {
    guard let count = UInt16(exactly: encryptedSource.count) else {
      throw StorageError(.cryptoFailure, "an encrypted data key of more than 64 KiB")
    }
    let start = output.count
    output.append([UInt8(count >> 8), UInt8(truncatingIfNeeded: count)])
    output.append(encryptedSource)
    do throws(CryptoError) {
      let secret = try SecretBytes(copying: source)
      try sealGCM(plaintext, try Self.aesKey(DataKeyHolder(secret)), etcdKey, &output)
    } catch {
      output.truncate(to: start)
      throw StorageError(.cryptoFailure, "encrypting failed")
    }
  }

  private static func append(
    field: UInt8, _ bytes: Span<UInt8>, to output: inout WipedBuffer
  ) {
    output.append(field << 3 | 2)
    var rest = bytes.count
    while rest >= 0x80 {
      output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    output.append(UInt8(truncatingIfNeeded: rest))
    output.append(bytes)
  }
}
