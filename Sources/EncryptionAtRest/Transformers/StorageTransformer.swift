public import CryptoCore

/// Turns plaintext into what is stored behind a prefix and back, as the API server's providers do;
/// one for each worker.
///
/// Both directions append; nothing is appended when they throw.
public struct StorageTransformer: ~Copyable, Sendable {
  private var gcm = AESGCMCipher()

  /// Prepares one.
  public init() {}

  /// Encrypts under a key.
  ///
  /// - Parameters:
  ///   - key: The etcd key, which `aesgcm` binds.
  /// - Throws: `.cryptoFailure`; `.noKey` for a provider without keys of its own.
  public mutating func seal(
    _ plaintext: Span<UInt8>, provider: StoredValue.Provider, with key: StorageKey,
    at etcdKey: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(StorageError) {
    let start = output.count
    do throws(CryptoError) {
      switch (provider, key.material) {
      case (.aescbc, .aes(let holder)):
        let vector = AES256CBC.InitializationVector.random()
        output.append(vector.bytes)
        try AESCBC.encrypt(
          plaintext, key: holder.key, initializationVector: vector, appendingTo: &output)
      case (.aesgcm, .aes(let holder)):
        try sealGCM(plaintext, holder, etcdKey, &output)
      case (.secretbox, .secretBox(let holder)):
        let nonce = SecretBox.Nonce.random()
        output.append(nonce.bytes)
        try SecretBox.seal(plaintext, key: holder.key, nonce: nonce, appendingTo: &output)
      default: throw CryptoError.unsuitableKey
      }
    } catch {
      output.truncate(to: start)
      throw StorageError(.cryptoFailure, "encrypting failed")
    }
  }

  /// Decrypts what a key of a provider wrote.
  ///
  /// `aescbc` is not authenticated: the wrong key passes once in 256 times, and what comes out is
  /// noise (see `StorageOpener`).
  ///
  /// - Throws: `.notAuthentic`, `.malformedValue`.
  public mutating func open(
    _ stored: Span<UInt8>, provider: StoredValue.Provider, with key: StorageKey,
    at etcdKey: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(StorageError) {
    do throws(CryptoError) {
      switch (provider, key.material) {
      case (.aescbc, .aes(let holder)): try Self.openCBC(stored, holder, &output)
      case (.aesgcm, .aes(let holder)): try openGCM(stored, holder, etcdKey, &output)
      case (.secretbox, .secretBox(let holder)):
        guard stored.count >= SecretBox.nonceByteCount else { throw CryptoError.tooShort }
        let nonce = try SecretBox.Nonce(copying: stored.extracting(..<SecretBox.nonceByteCount))
        try SecretBox.open(
          stored.extracting(SecretBox.nonceByteCount...), key: holder.key, nonce: nonce,
          appendingTo: &output)
      default: throw CryptoError.unsuitableKey
      }
    } catch { throw Self.failure(error) }
  }

  /// Decrypts a KMS v1 envelope: the length of the encrypted data key, that key, and the data.
  ///
  /// - Throws: `.noKey` when the data key cannot be had; `.notAuthentic`, `.malformedValue`.
  public mutating func openKMSv1(
    _ stored: Span<UInt8>, keys: KMSKeys?, at etcdKey: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(StorageError) {
    guard stored.count > 2 else { throw Self.failure(.tooShort) }
    let end = 2 + (Int(stored[0]) << 8 | Int(stored[1]))
    guard end > 2, end <= stored.count else { throw Self.failure(.tooShort) }
    let encryptedKey = stored.extracting(2..<end)
    let data = stored.extracting(end...)
    guard let dataKey = keys?.dataKey(source: encryptedKey, keyID: "") else {
      throw StorageError(.noKey, "the KMS's key is not at hand")
    }
    do throws(CryptoError) {
      let holder = try Self.aesKey(dataKey)
      do throws(CryptoError) {
        try openGCM(data, holder, etcdKey, &output)
      } catch {
        // What was written before 1.25.
        try Self.openCBC(data, holder, &output)
      }
    } catch { throw Self.failure(error) }
  }

  /// Decrypts a KMS v2 object.
  ///
  /// - Throws: `.noKey` when the data key cannot be had; `.notAuthentic`, `.malformedValue`.
  public mutating func openKMSv2(
    _ value: Span<UInt8>, _ object: EncryptedObject, keys: KMSKeys?, at etcdKey: Span<UInt8>,
    appendingTo output: inout WipedBuffer
  ) throws(StorageError) {
    let source = value.extracting(object.source)
    guard let dataKey = keys?.dataKey(source: source, keyID: object.keyID) else {
      throw StorageError(.noKey, "the KMS's key is not at hand")
    }
    let data = value.extracting(object.data)
    do throws(CryptoError) {
      switch object.sourceKind {
      case .aesGCMKey: try openGCM(data, try Self.aesKey(dataKey), etcdKey, &output)
      case .seed:
        guard data.count >= Self.infoByteCount else { throw CryptoError.tooShort }
        let holder = try Self.expand(dataKey, info: data.extracting(..<Self.infoByteCount))
        try openGCM(data.extracting(Self.infoByteCount...), holder, etcdKey, &output)
      }
    } catch { throw Self.failure(error) }
  }

  /// The length of what names a value's key under a seed, in bytes.
  static let infoByteCount = 32

  static func expand(
    _ seed: DataKeyHolder, info: Span<UInt8>
  ) throws(CryptoError) -> AESKeyHolder {
    let bytes = try copy(of: seed.secret)
    let key = try SymmetricKey<HKDFSHA256>(bytes)
    var expanded = try SecretBytes(zeroed: 32)
    var span = expanded.mutableBytes
    try HKDFSHA256.expand(key, info: info, into: &span)
    let result = try AESKey(expanded)
    return AESKeyHolder(result)
  }

  static func aesKey(_ dataKey: DataKeyHolder) throws(CryptoError) -> AESKeyHolder {
    let key = try AESKey(copy(of: dataKey.secret))
    return AESKeyHolder(key)
  }

  private static func copy(of secret: borrowing SecretBytes) throws(CryptoError) -> SecretBytes {
    try SecretBytes(copying: secret.bytes)
  }

  mutating func sealGCM(
    _ plaintext: Span<UInt8>, _ holder: AESKeyHolder, _ etcdKey: Span<UInt8>,
    _ output: inout WipedBuffer
  ) throws(CryptoError) {
    let nonce = AES256GCM.Nonce.random()
    output.append(nonce.bytes)
    try gcm.seal(
      plaintext, key: holder.key, nonce: nonce, authenticating: etcdKey, appendingTo: &output)
  }

  private mutating func openGCM(
    _ stored: Span<UInt8>, _ holder: AESKeyHolder, _ etcdKey: Span<UInt8>,
    _ output: inout WipedBuffer
  ) throws(CryptoError) {
    guard stored.count >= AES256GCM.nonceByteCount else { throw CryptoError.tooShort }
    let nonce = try AES256GCM.Nonce(copying: stored.extracting(..<AES256GCM.nonceByteCount))
    try gcm.open(
      stored.extracting(AES256GCM.nonceByteCount...), key: holder.key, nonce: nonce,
      authenticating: etcdKey, appendingTo: &output)
  }

  private static func openCBC(
    _ stored: Span<UInt8>, _ holder: AESKeyHolder, _ output: inout WipedBuffer
  ) throws(CryptoError) {
    guard stored.count >= AESCBC.blockByteCount else { throw CryptoError.tooShort }
    let vector = try AES256CBC.InitializationVector(
      copying: stored.extracting(..<AESCBC.blockByteCount))
    try AESCBC.decrypt(
      stored.extracting(AESCBC.blockByteCount...), key: holder.key, initializationVector: vector,
      appendingTo: &output)
  }

  private static func failure(_ error: CryptoError) -> StorageError {
    switch error.code {
    case .invalidLength, .invalidEncoding:
      StorageError(.malformedValue, "a stored value of an impossible length")
    case .libraryFailure, .outOfMemory, .limitExceeded:
      StorageError(.cryptoFailure, "decrypting failed: \(error.code)")
    default: StorageError(.notAuthentic, "the key does not open it")
    }
  }
}

extension CryptoError {
  fileprivate static var tooShort: CryptoError { CryptoError(.invalidLength, "opening") }
  fileprivate static var unsuitableKey: CryptoError { CryptoError(.invalidKey, "taking a key") }
}
