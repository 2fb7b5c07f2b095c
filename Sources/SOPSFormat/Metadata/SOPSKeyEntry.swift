/// The kinds of keys that a data key is encrypted for.
public enum SOPSBackend: Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// AWS KMS.
  case awsKMS
  /// Google Cloud KMS.
  case gcpKMS
  /// Huawei Cloud KMS.
  case huaweiKMS
  /// Azure Key Vault.
  case azureKeyVault
  /// HashiCorp Vault's or OpenBao's transit engine.
  case vaultTransit
  /// OpenPGP.
  case openPGP
  /// age.
  case age

  /// The key of the list of such entries in the metadata.
  var listName: String {
    switch self {
    case .awsKMS: "kms"
    case .gcpKMS: "gcp_kms"
    case .huaweiKMS: "hckms"
    case .azureKeyVault: "azure_kv"
    case .vaultTransit: "hc_vault"
    case .openPGP: "pgp"
    case .age: "age"
    }
  }

  /// The fields whose values together name the recipient.
  var recipientFields: [String] {
    switch self {
    case .awsKMS: ["arn"]
    case .gcpKMS: ["resource_id"]
    case .huaweiKMS: ["key_id"]
    case .azureKeyVault: ["vault_url", "name", "version"]
    case .vaultTransit: ["vault_address", "engine_path", "key_name"]
    case .openPGP: ["fp"]
    case .age: ["recipient"]
    }
  }

  public var description: String {
    switch self {
    case .awsKMS: "AWS KMS"
    case .gcpKMS: "Google Cloud KMS"
    case .huaweiKMS: "Huawei Cloud KMS"
    case .azureKeyVault: "Azure Key Vault"
    case .vaultTransit: "Vault transit"
    case .openPGP: "OpenPGP"
    case .age: "age"
    }
  }
}

/// The data key, or a group's share of it, encrypted for one recipient.
public struct SOPSKeyEntry: Sendable, Equatable {
  /// The kind of key.
  public let backend: SOPSBackend
  /// Every field of the entry, known or not, in the file's order.
  public let fields: [MetadataField]

  /// Makes an entry.
  public init(_ backend: SOPSBackend, fields: [MetadataField]) {
    self.backend = backend
    self.fields = fields
  }

  /// The encrypted key as the backend writes it, for instance an armored age file.
  public var encryptedKey: String { fields["enc"]?.text ?? "" }

  /// Whom it is for: an age recipient, a fingerprint, an ARN, or parts of a name joined with `/`.
  public var recipient: String {
    if backend == .age { return fields["recipient"]?.text ?? "" }
    return backend.recipientFields.compactMap { fields[$0]?.text }.filter { !$0.isEmpty }
      .joined(separator: "/")
  }

  /// The backend and the recipient, fit for a message.
  public var label: String { "\(backend) \(Printable.text(recipient))" }
}

/// Entries of which any one gives the group's share.
public struct SOPSKeyGroup: Sendable, Equatable {
  /// The entries, in SOPS's order of backends.
  public let entries: [SOPSKeyEntry]

  /// Makes a group.
  public init(_ entries: [SOPSKeyEntry]) { self.entries = entries }
}
