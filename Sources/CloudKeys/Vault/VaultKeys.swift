public import CryptoCore
public import SOPSFormat

/// Opens entries of Vault's transit engine.
public struct VaultUnwrapper: SOPSKeyUnwrapper {
  private let service: VaultTransit

  init(_ service: VaultTransit) { self.service = service }

  /// Only Vault transit.
  public var backends: [SOPSBackend] { [.vaultTransit] }

  /// The key of an entry that the engine decrypts for the user's token.
  public func unwrap(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes? {
    guard entry.backend == .vaultTransit else { return nil }
    do throws(CloudError) {
      return try service.decrypt(entry.encryptedKey, VaultKeyName(entry), in: arena)
    } catch { throw SOPSError(opening: entry, error) }
  }
}

extension VaultKeyName {
  /// The key of an entry.
  ///
  /// - Throws: `.malformedName`.
  init(_ entry: SOPSKeyEntry) throws(CloudError) {
    try self.init(
      address: entry.fields["vault_address"]?.text ?? "",
      enginePath: entry.fields["engine_path"]?.text ?? "",
      keyName: entry.fields["key_name"]?.text ?? "")
  }
}

/// Makes entries for one key of Vault's transit engine.
public struct VaultWrapper: SOPSKeyWrapper {
  private let service: VaultTransit
  private let key: VaultKeyName

  /// Reads a key's address.
  ///
  /// - Throws: `.malformedConfiguration`.
  init(_ uri: String, _ service: VaultTransit) throws(SOPSError) {
    do { key = try VaultKeyName(uri: uri) } catch { throw SOPSError(malformed: error) }
    self.service = service
  }

  /// Makes entries like one that is there.
  ///
  /// - Throws: `.malformedMetadata`.
  init(renewing entry: SOPSKeyEntry, _ service: VaultTransit) throws(SOPSError) {
    do { key = try VaultKeyName(entry) } catch { throw SOPSError(malformedIn: entry, error) }
    self.service = service
  }

  /// Always Vault transit.
  public var backend: SOPSBackend { .vaultTransit }
  /// The server, the engine and the key.
  public var recipient: String { "\(key.address)/\(key.enginePath)/\(key.keyName)" }

  /// An entry that the engine has encrypted for the user's token.
  public func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry {
    let ciphertext: String
    do { ciphertext = try service.encrypt(key, self.key) } catch {
      throw SOPSError(wrappingFor: recipient, error)
    }
    return SOPSKeyEntry(
      .vaultTransit,
      fields: [
        MetadataField("vault_address", .text(self.key.address)),
        MetadataField("engine_path", .text(self.key.enginePath)),
        MetadataField("key_name", .text(self.key.keyName)),
        MetadataField("created_at", .text(date.text(withFraction: false))),
        MetadataField("enc", .text(ciphertext)),
      ])
  }
}
