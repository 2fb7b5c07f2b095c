internal import SOPSFormat

extension VaultTransit: KeyService {
  typealias Key = VaultKeyName
}

extension VaultKeyName: ServiceKey {
  static var backend: SOPSBackend { .vaultTransit }

  init(_ entry: SOPSKeyEntry) throws(CloudError) {
    try self.init(
      address: entry.fields["vault_address"]?.text ?? "",
      enginePath: entry.fields["engine_path"]?.text ?? "",
      keyName: entry.fields["key_name"]?.text ?? "")
  }

  var recipient: String { "\(address)/\(enginePath)/\(keyName)" }

  var fields: [MetadataField] {
    [
      MetadataField("vault_address", .text(address)),
      MetadataField("engine_path", .text(enginePath)),
      MetadataField("key_name", .text(keyName)),
    ]
  }
}
