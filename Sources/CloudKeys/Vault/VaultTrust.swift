/// Which servers get the user's token: the address comes from a file that anybody may have written.
enum VaultTrust {
  static let allowlist = "SOPS_HC_VAULT_ALLOWLIST"

  /// Checks an address: the list decides, as in SOPS, and `VAULT_ADDR` where there is no list.
  ///
  /// - Returns: Whether the user has named this very server, so that `http` will do.
  /// - Throws: `.untrustedAddress` for others.
  static func check(_ server: WebAddress) throws(CloudError) -> Bool {
    let own = SettingsFile.variable("VAULT_ADDR").flatMap { WebAddress($0) }
    let isOwn = own?.origin == server.origin
    guard let list = SettingsFile.variable(allowlist) else {
      if isOwn { return true }
      throw untrusted(server)
    }
    // Not the link's servers, which take requests of anybody on the machine.
    if list == "all", isOwn || !server.isLinkLocal { return isOwn }
    let isListed = list.split(separator: ",").contains { entry in
      WebAddress(entry.filter { $0 != " " })?.origin == server.origin
    }
    guard isListed else { throw untrusted(server) }
    return true
  }

  private static func untrusted(_ server: WebAddress) -> CloudError {
    CloudError(
      .untrustedAddress,
      "your token would go to \(server.origin), which nothing but the file names: "
        + "if that is your server, set VAULT_ADDR or \(allowlist) to its address")
  }
}
