package import CryptoCore

/// A named key of an EncryptionConfiguration.
public struct StorageKey: Sendable {
  /// The name, which stands in what the key wrote.
  public let name: String
  package let nameBytes: [UInt8]
  package let material: Material

  package enum Material: Sendable {
    case aes(AESKeyHolder)
    case secretBox(SecretBoxKeyHolder)
  }

  /// Takes a key for a provider; the caller wipes its own copy.
  ///
  /// - Throws: `.malformedKeys` for a length that the provider does not take, or a provider that
  ///   takes no keys.
  public init(
    name: String, bytes: Span<UInt8>, for provider: StoredValue.Provider
  ) throws(StorageError) {
    self.name = name
    nameBytes = Array(name.utf8)
    do {
      switch provider {
      case .aescbc, .aesgcm: material = .aes(AESKeyHolder(try AESKey(copying: bytes)))
      case .secretbox:
        material = .secretBox(
          SecretBoxKeyHolder(try SymmetricKey<SecretBox>(copying: bytes)))
      default: throw StorageError(.malformedKeys, "provider \(provider.rawValue) takes no keys")
      }
    } catch let error as StorageError {
      throw error
    } catch {
      let wanted = provider == .secretbox ? "32" : "16, 24 or 32"
      throw StorageError(
        .malformedKeys, "a key of \(bytes.count) bytes; \(provider.rawValue) takes \(wanted)")
    }
  }
}

/// An AES key that several workers use.
package final class AESKeyHolder: Sendable {
  package let key: AESKey
  package init(_ key: consuming AESKey) { self.key = key }
}

/// A key for `secretbox` that several workers use.
package final class SecretBoxKeyHolder: Sendable {
  package let key: SymmetricKey<SecretBox>
  package init(_ key: consuming SymmetricKey<SecretBox>) { self.key = key }
}

/// What an encrypted data key or seed of a KMS opens to.
package final class DataKeyHolder: Sendable {
  package let secret: SecretBytes
  package init(_ secret: consuming SecretBytes) { self.secret = secret }
}
