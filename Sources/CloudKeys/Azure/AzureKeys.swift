internal import SOPSFormat

extension AzureKeyVault: KeyService {
  typealias Key = AzureKeyName

  /// The key at an address; the vault is asked for the newest version when it names none, since an
  /// entry must.
  ///
  /// - Throws: `.malformedConfiguration`, `.wrapFailed`.
  func key(at url: String) throws(SOPSError) -> AzureKeyName {
    var key: AzureKeyName
    do { key = try AzureKeyName(url: url) } catch { throw SOPSError(malformed: error) }
    if key.version.isEmpty {
      do { key.version = try newestVersion(of: key) } catch {
        throw SOPSError(wrappingFor: url, error)
      }
    }
    return key
  }
}

extension AzureKeyName: ServiceKey {
  static var backend: SOPSBackend { .azureKeyVault }

  init(_ entry: SOPSKeyEntry) throws(CloudError) {
    try self.init(
      vaultURL: entry.fields["vault_url"]?.text ?? "", name: entry.fields["name"]?.text ?? "",
      version: entry.fields["version"]?.text ?? "")
  }

  var recipient: String { "\(vaultURL)/\(name)/\(version)" }

  var fields: [MetadataField] {
    [
      MetadataField("vault_url", .text(vaultURL)), MetadataField("name", .text(name)),
      MetadataField("version", .text(version)),
    ]
  }
}
