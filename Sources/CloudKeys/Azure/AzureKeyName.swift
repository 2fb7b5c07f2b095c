/// A key of Azure Key Vault or of a managed HSM.
struct AzureKeyName: Hashable, Sendable {
  /// As SOPS writes it: `https://NAME.vault.azure.net`.
  let vaultURL: String
  let name: String
  /// Empty for the newest.
  var version: String
  /// The vault.
  let server: WebAddress
  /// What a token for it is asked for: its cloud's vaults.
  let resource: String

  private static let domains = [
    "vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net", "vault.microsoftazure.de",
    "managedhsm.azure.net", "managedhsm.azure.cn", "managedhsm.usgovcloudapi.net",
  ]
  private static let allowlist = "SEALWAX_AZURE_KV_ALLOWLIST"

  /// Reads a key as SOPS's flags and creation rules have it: `https://VAULT/keys/NAME/VERSION` with or
  /// without a version, or the parts of a key group joined with `/`.
  ///
  /// - Throws: `.malformedName`, `.untrustedAddress`.
  init(url: String) throws(CloudError) {
    let text = url.filter { $0 != " " }
    guard let whole = WebAddress(text), whole.isEncrypted,
      let slash = text.dropFirst(8).firstIndex(of: "/")
    else { throw Self.malformed(url) }
    var parts = whole.path.split(separator: "/").map(String.init)
    if parts.first == "keys", parts.count >= 2 { parts.removeFirst() }
    guard (1...2).contains(parts.count) else { throw Self.malformed(url) }
    try self.init(
      vaultURL: String(text[..<slash]), name: parts[0],
      version: parts.count == 2 ? parts[1] : "")
  }

  /// The fields of an entry.
  ///
  /// The vault gets a token of the user's, and a file that anybody may have written names it: it must be
  /// in a domain of Azure's own, or in a list of the user's.
  ///
  /// - Throws: `.malformedName`, `.untrustedAddress`.
  init(vaultURL: String, name: String, version: String) throws(CloudError) {
    guard let server = WebAddress(vaultURL), server.isEncrypted,
      server.path.isEmpty || server.path == "/"
    else { throw Self.malformed(vaultURL) }
    let list = (SettingsFile.variable(Self.allowlist) ?? "").split(separator: ",")
    let isListed = list.contains { entry in
      WebAddress(entry.filter { $0 != " " })?.origin == server.origin
    }
    let domain = Self.domains.first { server.host.hasSuffix("." + $0) && server.port == 443 }
    guard domain != nil || isListed else {
      throw CloudError(
        .untrustedAddress,
        "your token would go to \(server.origin), which is no domain of Azure Key Vault: "
          + "if that is your vault, set \(Self.allowlist) to its address")
    }
    self.vaultURL = vaultURL
    self.name = name
    self.version = version
    self.server = server
    resource = "https://" + (domain ?? Self.domains[0])
  }

  private static func malformed(_ text: String) -> CloudError {
    CloudError(
      .malformedName,
      "'\(CloudError.shown(text))' is not the address of a key of Azure Key Vault "
        + "(https://NAME.vault.azure.net/keys/KEY/VERSION)")
  }

  /// Where an operation is (the REST reference of Azure Key Vault, version 7.4).
  ///
  /// - Parameter operation: Nil for the key itself.
  /// - Throws: `.malformedName` for what would lead elsewhere.
  func address(of operation: String?) throws(CloudError) -> WebAddress {
    var parts = [name]
    if !version.isEmpty { parts.append(version) }
    if let operation { parts.append(operation) }
    let segments = parts.compactMap { PercentEncoding.segment($0) }
    guard segments.count == parts.count,
      let address = server.with(
        path: "/keys/" + segments.joined(separator: "/") + "?api-version=7.4")
    else { throw Self.malformed("\(vaultURL)/keys/\(name)/\(version)") }
    return address
  }
}
