/// Which servers get the user's token: the address comes from a file that anybody may have written.
enum VaultTrust {
  static let allowlist = "SOPS_HC_VAULT_ALLOWLIST"

  /// Checks an address.
  ///
  /// - Returns: Whether the user has named this very server, so that `http` will do.
  /// - Throws: `.untrustedAddress` when neither `VAULT_ADDR` nor SOPS's list has it.
  static func check(_ name: VaultKeyName) throws(CloudError) -> Bool {
    if let text = SettingsFile.variable("VAULT_ADDR"), let own = WebAddress(text),
      own.origin == name.server.origin
    {
      return true
    }
    let list = SettingsFile.variable(allowlist) ?? ""
    // Not the link's servers, which take requests of anybody on the machine.
    if list == "all", !name.server.isLinkLocal { return false }
    let isListed = list.split(separator: ",").contains { entry in
      WebAddress(entry.filter { $0 != " " })?.origin == name.server.origin
    }
    guard isListed else {
      throw CloudError(
        .untrustedAddress,
        "your token would go to \(name.server.origin), which nothing but the file names: "
          + "if that is your server, set VAULT_ADDR or \(allowlist) to its address")
    }
    return true
  }
}
