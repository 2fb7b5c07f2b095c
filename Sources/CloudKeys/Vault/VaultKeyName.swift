/// A key of a transit engine: a server, where the engine is mounted, a name.
struct VaultKeyName: Hashable, Sendable {
  /// As SOPS writes it: the scheme, the host and the port, and no slash behind them.
  let address: String
  let enginePath: String
  let keyName: String
  /// The server.
  let server: WebAddress

  /// Reads a URI as SOPS's flags and creation rules have it:
  /// `https://vault.example.org:8200/v1/transit/keys/NAME`.
  ///
  /// - Throws: `.malformedName`.
  init(uri: String) throws(CloudError) {
    let malformed = CloudError(
      .malformedName,
      "'\(CloudError.shown(uri))' is not the address of a transit key "
        + "(https://vault.example.org:8200/v1/transit/keys/NAME)")
    guard let whole = WebAddress(uri), !whole.path.contains("?"),
      let slash = uri.dropFirst(8).firstIndex(of: "/")
    else { throw malformed }
    var parts = whole.path.split(separator: "/").map(String.init)
    guard parts.count >= 4, let version = parts.first, version.hasPrefix("v"), version.count > 1,
      version.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }), let name = parts.popLast()
    else { throw malformed }
    try self.init(
      address: String(uri[..<slash]),
      enginePath: parts.dropFirst().dropLast().joined(separator: "/"), keyName: name)
  }

  /// The fields of an entry.
  ///
  /// - Throws: `.malformedName`.
  init(address: String, enginePath: String, keyName: String) throws(CloudError) {
    guard let server = WebAddress(address), server.path.isEmpty || server.path == "/" else {
      throw CloudError(
        .malformedName, "'\(CloudError.shown(address))' is not the address of a Vault server")
    }
    self.address = address
    self.enginePath = enginePath
    self.keyName = keyName
    self.server = server
  }

  /// Where an operation of the engine is (Vault's API documentation, Transit secrets engine).
  ///
  /// - Throws: `.malformedName` for what would lead elsewhere.
  func address(of operation: String) throws(CloudError) -> WebAddress {
    let parts = enginePath.split(separator: "/") + [Substring(operation), Substring(keyName)]
    let segments = parts.compactMap { PercentEncoding.segment($0) }
    guard parts.count >= 3, segments.count == parts.count, !keyName.contains("/"),
      let address = server.with(path: "/v1/" + segments.joined(separator: "/"))
    else {
      throw CloudError(
        .malformedName,
        "'\(CloudError.shown(enginePath))' and '\(CloudError.shown(keyName))' do not name a key "
          + "of a transit engine")
    }
    return address
  }
}
