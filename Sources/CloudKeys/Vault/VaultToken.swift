/// What every request to Vault carries: the user's token, the namespace, files for TLS.
enum VaultToken {
  /// Adds them to a request; returns whether there is a token.
  static func add(
    to request: inout HTTPRequest, _ tokens: TimedCache<Secret?>
  ) throws(CloudError) -> Bool {
    try request.setHeader("X-Vault-Request: ", "true")
    if let namespace = SettingsFile.variable("VAULT_NAMESPACE") {
      try request.setHeader("X-Vault-Namespace: ", namespace)
    }
    let token = try tokens.value(for: []) { () throws(CloudError) in try find() }
    if let token { try request.setHeader("X-Vault-Token: ", token) }
    request.setFiles(
      TLSFiles(
        authorities: SettingsFile.variable("VAULT_CACERT"),
        authorityFolder: SettingsFile.variable("VAULT_CAPATH"),
        certificate: SettingsFile.variable("VAULT_CLIENT_CERT"),
        key: SettingsFile.variable("VAULT_CLIENT_KEY")))
    return token != nil
  }

  /// The user's token: of `VAULT_TOKEN`, or what `vault login` has left; none is sent when there is
  /// none, since an agent may add its own.
  private static func find() throws(CloudError) -> Secret? {
    if let token = try Secret.variable("VAULT_TOKEN") { return token }
    guard let path = SettingsFile.inHome(".vault-token"),
      try SettingsFile.readIfThere(path) != nil
    else { return nil }
    return try Secret.file(path)
  }
}
