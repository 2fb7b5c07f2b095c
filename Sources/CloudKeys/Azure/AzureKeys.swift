public import CryptoCore
public import SOPSFormat

/// Opens entries of Azure Key Vault.
public struct AzureKeyVaultUnwrapper: SOPSKeyUnwrapper {
  private let service: AzureKeyVault

  init(_ service: AzureKeyVault) { self.service = service }

  /// Only Azure Key Vault.
  public var backends: [SOPSBackend] { [.azureKeyVault] }

  /// The key of an entry that the vault decrypts for the user's credentials.
  public func unwrap(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes? {
    guard entry.backend == .azureKeyVault else { return nil }
    do throws(CloudError) {
      return try service.decrypt(entry.encryptedKey, AzureKeyName(entry), in: arena)
    } catch { throw SOPSError(opening: entry, error) }
  }
}

extension AzureKeyName {
  /// The key of an entry.
  ///
  /// - Throws: `.malformedName`, `.untrustedAddress`.
  init(_ entry: SOPSKeyEntry) throws(CloudError) {
    try self.init(
      vaultURL: entry.fields["vault_url"]?.text ?? "", name: entry.fields["name"]?.text ?? "",
      version: entry.fields["version"]?.text ?? "")
  }
}

/// Makes entries for one version of a key of Azure Key Vault.
public struct AzureKeyVaultWrapper: SOPSKeyWrapper {
  private let service: AzureKeyVault
  private let key: AzureKeyName

  /// Reads a key's address; asks the vault for the newest version when it names none, since an entry
  /// must.
  ///
  /// - Throws: `.malformedConfiguration`, `.wrapFailed`.
  init(_ url: String, _ service: AzureKeyVault) throws(SOPSError) {
    var key: AzureKeyName
    do { key = try AzureKeyName(url: url) } catch { throw SOPSError(malformed: error) }
    if key.version.isEmpty {
      do { key.version = try service.newestVersion(of: key) } catch {
        throw SOPSError(wrappingFor: url, error)
      }
    }
    self.key = key
    self.service = service
  }

  /// Makes entries like one that is there.
  ///
  /// - Throws: `.malformedMetadata`.
  init(renewing entry: SOPSKeyEntry, _ service: AzureKeyVault) throws(SOPSError) {
    do { key = try AzureKeyName(entry) } catch { throw SOPSError(malformedIn: entry, error) }
    self.service = service
  }

  /// Always Azure Key Vault.
  public var backend: SOPSBackend { .azureKeyVault }
  /// The vault, the key and its version.
  public var recipient: String { "\(key.vaultURL)/\(key.name)/\(key.version)" }

  /// An entry that the vault has encrypted for the user's credentials.
  public func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry {
    let ciphertext: String
    do { ciphertext = try service.encrypt(key, self.key) } catch {
      throw SOPSError(wrappingFor: recipient, error)
    }
    return SOPSKeyEntry(
      .azureKeyVault,
      fields: [
        MetadataField("vault_url", .text(self.key.vaultURL)),
        MetadataField("name", .text(self.key.name)),
        MetadataField("version", .text(self.key.version)),
        MetadataField("created_at", .text(date.text(withFraction: false))),
        MetadataField("enc", .text(ciphertext)),
      ])
  }
}
