internal import CryptoCore
internal import SOPSFormat

/// A secret of a key-value engine of Vault or OpenBao.
struct VaultPlace: Sendable {
  let server: WebAddress
  let address: WebAddress
  /// Of the engine: 1 or 2.
  let version: Int

  /// - Parameters:
  ///   - address: The server; nil for that of `VAULT_ADDR`, else the one on this machine, which
  ///     Vault's own client takes.
  ///   - name: The file's, below the path.
  /// - Throws: `.malformedName`, `.notConfigured`.
  init(
    address: String?, mount: String, path: String, name: String, version: Int
  ) throws(CloudError) {
    let own = SettingsFile.variable("VAULT_ADDR") ?? "https://127.0.0.1:8200"
    guard let server = WebAddress(address ?? own), server.path.isEmpty || server.path == "/" else {
      throw CloudError(
        address == nil ? .notConfigured : .malformedName,
        address.map { "'\(CloudError.shown($0))' is not the address of a Vault server" }
          ?? "VAULT_ADDR is not the address of a server")
    }
    var parts = ["v1"] + mount.split(separator: "/").map(String.init)
    if version == 2 { parts.append("data") }
    parts += path.split(separator: "/").map(String.init)
    parts += name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let segments = parts.compactMap { PercentEncoding.segment($0) }
    guard segments.count == parts.count,
      let whole = server.with(path: "/" + segments.joined(separator: "/"))
    else {
      throw CloudError(
        .malformedName, "'\(CloudError.shown(path + name))' is not the path of a secret of Vault")
    }
    self.server = server
    self.address = whole
    self.version = version
  }
}

/// The key-value engine of HashiCorp Vault and of OpenBao (Vault's API documentation, KV secrets
/// engine, versions 1 and 2).
struct VaultValues: Sendable {
  private let tokens = TimedCache<Secret?>()
  /// The most that Vault takes in one request (its `max_request_size`), in bytes.
  private static let maximumByteCount = 32 << 20

  /// Writes fields unless they are there; returns whether they were written.
  func write(_ fields: Span<UInt8>, to place: VaultPlace) throws(CloudError) -> Bool {
    guard fields.count <= Self.maximumByteCount else {
      throw CloudError(.malformedName, "the values are larger than what Vault takes, 32 MiB")
    }
    if try holds(fields, place) { return false }
    var body = WipedBuffer(capacity: fields.count + 16)
    if place.version == 2 { body.append("{\"data\":") }
    body.append(fields)
    if place.version == 2 { body.append("}") }
    var hasToken = false
    var request = try request(.put, place, hasToken: &hasToken)
    try request.setUpload(body.bytes, type: "application/json")
    let response = try request.send(to: "Vault")
    guard [200, 204].contains(response.status) else {
      throw CloudError(
        .refused,
        "Vault at \(place.server.origin) refuses to write \(place.address.path) (status "
          + "\(response.status))\(Self.advice(response.status, hasToken: hasToken))")
    }
    return true
  }

  /// Whether the secret has these fields; false as well where it may not be read.
  private func holds(_ fields: Span<UInt8>, _ place: VaultPlace) throws(CloudError) -> Bool {
    var hasToken = false
    let request = try request(.get, place, hasToken: &hasToken)
    let response = try request.send(to: "Vault")
    guard response.status == 200 else { return false }
    let answer = response.takeFields()
    let found = place.version == 2 ? answer.json("data", "data") : answer.json("data")
    guard let found else { return false }
    return JSONValues.areSame(found.bytes, fields)
  }

  private func request(
    _ method: HTTPRequest.Method, _ place: VaultPlace, hasToken: inout Bool
  ) throws(CloudError) -> HTTPRequest {
    let isNamed = try VaultTrust.check(place.server)
    var request = try HTTPRequest(
      method, place.address, method == .get ? .service : .upload, allowsPlaintext: isNamed)
    hasToken = try VaultToken.add(to: &request, tokens)
    return request
  }

  private static func advice(_ status: Int, hasToken: Bool) -> String {
    switch status {
    case 400: ": the version of the engine is another one (vault_kv_version)"
    case 403 where hasToken:
      ": the token has expired, or its policy does not allow it; run 'vault login', or set "
        + "VAULT_TOKEN (and VAULT_NAMESPACE where there are namespaces)"
    case 403: ": there is no token; run 'vault login', or set VAULT_TOKEN"
    case 404:
      ": there is no key-value engine there, or one of another version (vault_kv_mount_name, "
        + "vault_kv_version)"
    case 413: ": it is larger than the server takes"
    case 503: ": it is sealed"
    default: ""
    }
  }
}
