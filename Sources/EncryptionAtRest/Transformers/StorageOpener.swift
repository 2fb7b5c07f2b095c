public import CryptoCore

/// What became of a stored value that was to be opened.
public enum StorageOpening: Sendable, Equatable {
  /// It is plaintext, and a provider that is first (or none) leaves it so.
  case plaintext
  /// It is plaintext although the first provider would encrypt it.
  case plaintextToRewrite
  /// It is plaintext, and the providers leave `identity` out: the API server cannot read it.
  case plaintextUnreadable
  /// It opens under the key that writes.
  case current
  /// It opens, and the next rewrite changes its key.
  case stale
  /// No provider has a key of its name.
  case lostKey
  /// A key of its name is there and does not open it.
  case failed
  /// It is a KMS's, whose keys are not at hand.
  case unproved
  /// It is encrypted by something that this program does not know.
  case unknown
}

/// Opens stored values with the keys of a configuration, as the API server would; one for each
/// worker.
public struct StorageOpener: ~Copyable, Sendable {
  private var transformer = StorageTransformer()
  private let kms: KMSKeys?

  /// Prepares one.
  ///
  /// - Parameter kms: What stands in for KMS plugins.
  public init(kms: KMSKeys?) { self.kms = kms }

  /// What opening a value gives.
  public struct Result: Sendable {
    /// What became of it.
    public let opening: StorageOpening
    /// Its prefix as the key that opened it has it.
    public let value: StoredValue
  }

  /// Opens a value; its plaintext replaces what is in `plaintext`.
  ///
  /// Like the API server it tries every provider and key whose prefix fits, in order, and takes the
  /// first that opens. For `aescbc`, which notices a wrong key only 255 times in 256, the plaintext
  /// must also look like an object.
  ///
  /// - Parameters:
  ///   - providers: Those for the value's resource.
  ///   - currentKeyIDs: The key_id that each KMS writes with now, by the plugin's name.
  public mutating func open(
    _ value: Span<UInt8>, at etcdKey: Span<UInt8>, providers: [StorageProvider],
    currentKeyIDs: [String: String] = [:], into plaintext: inout WipedBuffer
  ) -> Result {
    plaintext.removeAll()
    let stored = StoredValue(value)
    if stored.provider == .identity { return openPlaintext(value, stored, providers, &plaintext) }
    // What it is if nothing opens it: the most that was found out.
    var best = Result(opening: stored.provider == .unknown ? .unknown : .lostKey, value: stored)
    for (place, provider) in providers.enumerated() where provider.kind != .identity {
      let head = provider.kind.headBytes
      guard value.hasBytes(head) else { continue }
      if provider.kind == .kmsV1 || provider.kind == .kmsV2 {
        let name = Array(provider.name.utf8)
        let count = head.count + name.count + 1
        guard value.hasBytes(name + [0x3a], at: head.count) else { continue }
        let found = StoredValue(
          provider: provider.kind, prefixByteCount: count, nameByteCount: name.count)
        let opening = openKMS(
          value, found, at: etcdKey, isFirst: place == 0,
          currentKeyID: currentKeyIDs[provider.name], into: &plaintext)
        if opening == .current || opening == .stale {
          return Result(opening: opening, value: found)
        }
        if best.opening != .failed { best = Result(opening: opening, value: found) }
        continue
      }
      for (index, key) in provider.keys.enumerated() {
        let count = head.count + key.nameBytes.count + 1
        guard value.hasBytes(key.nameBytes, at: head.count), count <= value.count,
          value[count - 1] == 0x3a
        else { continue }
        let found = StoredValue(
          provider: provider.kind, prefixByteCount: count, nameByteCount: key.nameBytes.count)
        guard
          isOpened(value.extracting(count...), provider.kind, key, at: etcdKey, into: &plaintext)
        else {
          best = Result(opening: .failed, value: found)
          continue
        }
        return Result(opening: place == 0 && index == 0 ? .current : .stale, value: found)
      }
    }
    return best
  }

  private func openPlaintext(
    _ value: Span<UInt8>, _ stored: StoredValue, _ providers: [StorageProvider],
    _ plaintext: inout WipedBuffer
  ) -> Result {
    plaintext.append(value)
    let place = providers.firstIndex { $0.kind == .identity }
    let opening: StorageOpening
    switch place {
    case nil: opening = providers.isEmpty ? .plaintext : .plaintextUnreadable
    case 0: opening = .plaintext
    default: opening = .plaintextToRewrite
    }
    return Result(opening: opening, value: stored)
  }

  private mutating func isOpened(
    _ stored: Span<UInt8>, _ provider: StoredValue.Provider, _ key: StorageKey,
    at etcdKey: Span<UInt8>, into plaintext: inout WipedBuffer
  ) -> Bool {
    do throws(StorageError) {
      try transformer.open(
        stored, provider: provider, with: key, at: etcdKey, appendingTo: &plaintext)
    } catch { return false }
    if provider != .aescbc || Self.looksLikeObject(plaintext) { return true }
    plaintext.removeAll()
    return false
  }

  /// Whether a plaintext that nothing authenticates is more than noise, of which every 256th piece
  /// begins with a brace.
  private static func looksLikeObject(_ plaintext: borrowing WipedBuffer) -> Bool {
    let bytes = plaintext.bytes
    switch StoredValue.encoding(of: bytes) {
    case .other: return false
    case .json:
      func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
      }
      guard let brace = bytes.indices.first(where: { !isBlank(bytes[$0]) }),
        let next = (brace + 1..<bytes.count).first(where: { !isBlank(bytes[$0]) }),
        let last = bytes.indices.last(where: { !isBlank(bytes[$0]) }),
        bytes[last] == UInt8(ascii: "}")
      else { return false }
      return next == last || bytes[next] == UInt8(ascii: "\"")
    default: return true
    }
  }

  private mutating func openKMS(
    _ value: Span<UInt8>, _ stored: StoredValue, at etcdKey: Span<UInt8>, isFirst: Bool,
    currentKeyID: String?, into plaintext: inout WipedBuffer
  ) -> StorageOpening {
    let rest = stored.prefixByteCount..<value.count
    do throws(StorageError) {
      guard stored.provider == .kmsV2 else {
        try transformer.openKMSv1(
          value.extracting(rest), keys: kms, at: etcdKey, appendingTo: &plaintext)
        return isFirst ? .current : .stale
      }
      let object = try EncryptedObject(value, in: rest)
      try transformer.openKMSv2(value, object, keys: kms, at: etcdKey, appendingTo: &plaintext)
      let isCurrent = currentKeyID == nil || currentKeyID == object.keyID
      return isFirst && isCurrent ? .current : .stale
    } catch {
      return error.code == .noKey ? .unproved : .failed
    }
  }
}
