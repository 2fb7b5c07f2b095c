internal import CryptoCore

/// Azure Key Vault by its REST interface: RSA-OAEP with SHA-256, done by the vault.
struct AzureKeyVault: Sendable {
  private let credentials = TimedCache<AzureCredentials>()

  /// The newest version of a key.
  func newestVersion(of key: AzureKeyName) throws(CloudError) -> String {
    let fields = try call(.get, nil, WipedBuffer(), key)
    guard let identifier = fields.string("key", "kid"),
      let version = identifier.split(separator: "/").last.map(String.init),
      !version.isEmpty, version != key.name,
      version.utf8.allSatisfy({ PercentEncoding.isUnreserved($0) })
    else { throw CloudError(.malformedAnswer, "Azure Key Vault does not name the key's version") }
    return version
  }

  func encrypt(_ plaintext: Span<UInt8>, _ key: AzureKeyName) throws(CloudError) -> String {
    var value = WipedBuffer(capacity: 64)
    value.appendBase64URL(plaintext)
    let fields = try call(.post, "encrypt", body(value.bytes), key)
    guard let ciphertext = fields.string("value"), ciphertext.isBase64URL else {
      throw CloudError(.malformedAnswer, "Azure Key Vault gave no ciphertext")
    }
    return ciphertext
  }

  func decrypt(
    _ ciphertext: String, _ key: AzureKeyName, in arena: SecretArena?
  ) throws(CloudError) -> SecretBytes {
    guard ciphertext.isBase64URL else {
      throw CloudError(.malformedName, "the encrypted key is not URL-safe Base64")
    }
    let value = Array(ciphertext.utf8)
    let fields = try call(.post, "decrypt", body(value.span), key)
    return try PlaintextKey.decode(
      fields.secret("value"), isForURL: true, from: "Azure Key Vault", in: arena)
  }

  private func body(_ value: Span<UInt8>) -> WipedBuffer {
    var body = WipedBuffer(capacity: 1024)
    body.append("{\"alg\":\"RSA-OAEP-256\",\"value\":")
    body.appendJSON(value)
    body.append("}")
    return body
  }

  private func call(
    _ method: HTTPRequest.Method, _ operation: String?, _ body: consuming WipedBuffer,
    _ key: AzureKeyName
  ) throws(CloudError) -> JSONFields {
    let address = try key.address(of: operation)
    let credentials = try credentials.value(for: [key.resource]) { () throws(CloudError) in
      try AzureCredentials.find(key.resource)
    }
    var request = try HTTPRequest(method, address)
    if !body.isEmpty { try request.setBody(body.bytes, type: "application/json") }
    try request.setHeader("Authorization: ", credentials.token, after: "Bearer ")
    let response = try request.send(to: "Azure Key Vault")
    let status = response.status
    let fields = response.takeFields()
    guard status == 200 else {
      let code = fields.word("error", "code")
      throw CloudError(
        .refused,
        "Azure Key Vault refuses \(operation ?? "to show the key") by \(credentials.origin) "
          + "(status \(status), \(code ?? "no error code"))\(advice(status))")
    }
    return fields
  }

  private func advice(_ status: Int) -> String {
    switch status {
    case 400: ": the encrypted key was altered, or is for another key or version"
    case 401:
      ": the token is for another tenant or has expired; run 'az login', or see AZURE_TENANT_ID"
    case 403:
      ": the identity needs the role Key Vault Crypto User, or an access policy with get, encrypt "
        + "and decrypt; the vault's firewall may forbid it too"
    case 404: ": there is no such key or version in the vault"
    default: ""
    }
  }
}
