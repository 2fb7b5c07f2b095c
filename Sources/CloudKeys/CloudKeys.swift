public import SOPSFormat

/// The key services that SOPS files name: AWS KMS, Google Cloud KMS, Azure Key Vault, Huawei Cloud
/// KMS, and the transit engine of HashiCorp Vault or OpenBao.
///
/// One value for a whole run: credentials are looked for when they are first needed, and kept for a few
/// minutes. Any number of threads may use it.
public struct CloudKeys: Sendable {
  private let aws = AWSKMS()
  private let google = GCPKMS()
  private let azure = AzureKeyVault()
  private let vault = VaultTransit()
  private let huawei = HuaweiKMS()

  /// Asks for nothing yet.
  public init() {}

  /// What opens entries of all of them.
  public var unwrappers: [any SOPSKeyUnwrapper] {
    [
      ServiceUnwrapper(aws), ServiceUnwrapper(google), ServiceUnwrapper(azure),
      ServiceUnwrapper(huawei), ServiceUnwrapper(vault),
    ]
  }

  /// What makes entries for one key; nil for backends that are none of these.
  ///
  /// - Parameters:
  ///   - name: As SOPS's flags and creation rules have it: an ARN with `+` and a role's behind it, the
  ///     name of a resource, the address of a key.
  ///   - context: The encryption context, for AWS KMS alone.
  ///   - profile: The profile to be written down, for AWS KMS alone; empty for none.
  /// - Throws: `.malformedConfiguration` when the name is none; `.wrapFailed` when Azure does not say
  ///   which version of a key is the newest.
  public func wrapper(
    for backend: SOPSBackend, _ name: String, context: [String: String] = [:],
    profile: String = ""
  ) throws(SOPSError) -> (any SOPSKeyWrapper)? {
    if backend == .azureKeyVault { return ServiceWrapper(try azure.key(at: name), azure) }
    let plain = name.filter { $0 != " " }
    do throws(CloudError) {
      switch backend {
      case .awsKMS:
        return ServiceWrapper(
          try AWSKMS.Key(name, context: context, profile: profile), aws)
      case .gcpKMS: return ServiceWrapper(try GCPKMS.KeyName(plain), google)
      case .vaultTransit: return ServiceWrapper(try VaultKeyName(uri: name), vault)
      case .huaweiKMS: return ServiceWrapper(try HuaweiKeyName(plain), huawei)
      case .azureKeyVault, .openPGP, .age: return nil
      }
    } catch { throw SOPSError(malformed: error) }
  }

  /// What makes entries for the key that an entry is for: with its role, context, profile and version;
  /// nil for backends that are none of these.
  ///
  /// - Throws: `.malformedMetadata` when the entry names no key.
  public func wrapper(renewing entry: SOPSKeyEntry) throws(SOPSError) -> (any SOPSKeyWrapper)? {
    switch entry.backend {
    case .awsKMS: try ServiceWrapper(renewing: entry, aws)
    case .gcpKMS: try ServiceWrapper(renewing: entry, google)
    case .azureKeyVault: try ServiceWrapper(renewing: entry, azure)
    case .vaultTransit: try ServiceWrapper(renewing: entry, vault)
    case .huaweiKMS: try ServiceWrapper(renewing: entry, huawei)
    case .openPGP, .age: nil
    }
  }

  /// The backends that these are.
  public static var backends: [SOPSBackend] {
    [.awsKMS, .gcpKMS, .huaweiKMS, .azureKeyVault, .vaultTransit]
  }

  /// The encryption context of SOPS's flag: `key:value`, several with commas.
  ///
  /// - Throws: `.malformedConfiguration`, where SOPS would encrypt without it.
  public static func context(_ text: String) throws(SOPSError) -> [String: String] {
    var context: [String: String] = [:]
    for pair in text.split(separator: ",") {
      let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, context.updateValue(String(parts[1]), forKey: String(parts[0])) == nil
      else {
        throw SOPSError(
          .malformedConfiguration,
          "the encryption context must be NAME:VALUE, several with commas, each name once")
      }
    }
    return context
  }
}
