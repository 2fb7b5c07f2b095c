internal import Platform
public import SOPSFormat

extension SOPSRecipientName {
  /// Refuses a name that SOPS does not take even for a recipient that is to be taken out.
  ///
  /// Whether it can be encrypted for is another matter: nothing is asked, no server and no program.
  ///
  /// - Throws: `.malformedConfiguration`.
  public func checkForm() throws(SOPSError) {
    switch backend {
    case .age: _ = try SOPSAgeWrapper(name, interaction: TerminalInteraction())
    case .azureKeyVault where !isAzureKey:
      throw malformed("Azure Key Vault, https://NAME.vault.azure.net/keys/KEY/VERSION")
    case .vaultTransit where !isTransitKey:
      throw malformed("Vault's transit engine, https://vault.example.org/v1/transit/keys/NAME")
    case .huaweiKMS where !isHuaweiKey: throw malformed("Huawei Cloud KMS, REGION:ID")
    case .azureKeyVault, .vaultTransit, .huaweiKMS, .awsKMS, .gcpKMS, .openPGP: return
    }
  }

  private var isAzureKey: Bool {
    let prefix = "https://"
    guard name.hasPrefix(prefix) else { return false }
    let parts = name.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
    return (3...4).contains(parts.count) && parts[1] == "keys" && !parts[0].isEmpty
      && !parts[2].isEmpty
  }

  private var isTransitKey: Bool {
    guard let colon = name.firstIndex(of: ":"), name.first?.isLetter == true,
      name[..<colon].allSatisfy({ $0.isLetter || $0.isNumber })
    else { return false }
    var path = name[name.index(after: colon)...]
    if path.hasPrefix("//") {
      path = path.dropFirst(2)
      path = path.firstIndex(of: "/").map { path[$0...] } ?? ""
    }
    return path.split(separator: "/").count >= 4
  }

  private var isHuaweiKey: Bool {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
  }

  private func malformed(_ form: String) -> SOPSError {
    SOPSError(
      .malformedConfiguration, "'\(escapedForTerminal(name))' is no key of \(form)")
  }
}
