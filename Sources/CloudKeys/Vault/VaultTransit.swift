internal import CryptoCore

/// The transit engine of HashiCorp Vault and of OpenBao, reached with the user's token.
struct VaultTransit: Sendable {
  private let tokens = TimedCache<Secret?>()

  func encrypt(_ plaintext: Span<UInt8>, _ key: VaultKeyName) throws(CloudError) -> String {
    var body = WipedBuffer(capacity: 128)
    body.append("{\"plaintext\":")
    body.appendJSON(base64: plaintext)
    body.append("}")
    let fields = try call("encrypt", body, key)
    guard let ciphertext = fields.string("data", "ciphertext"), ciphertext.hasPrefix("vault:")
    else {
      throw CloudError(.malformedAnswer, "Vault gave no ciphertext")
    }
    return ciphertext
  }

  func decrypt(
    _ ciphertext: String, _ key: VaultKeyName, in arena: SecretArena?
  ) throws(CloudError) -> SecretBytes {
    var body = WipedBuffer(capacity: 256)
    body.append("{\"ciphertext\":")
    body.appendJSON(ciphertext)
    body.append("}")
    let fields = try call("decrypt", body, key)
    return try PlaintextKey.decode(fields.secret("data", "plaintext"), from: "Vault", in: arena)
  }

  private func call(
    _ operation: String, _ body: borrowing WipedBuffer, _ key: VaultKeyName
  ) throws(CloudError) -> JSONFields {
    let address = try key.address(of: operation)
    let isNamed = try VaultTrust.check(key.server)
    var request = try HTTPRequest(.put, address, allowsPlaintext: isNamed)
    try request.setBody(body.bytes, type: "application/json")
    let hasToken = try VaultToken.add(to: &request, tokens)
    let response = try request.send(to: "Vault")
    let status = response.status
    guard status == 200 else {
      throw CloudError(
        .refused,
        "Vault at \(address.origin) refuses \(operation) (status \(status))"
          + advice(status, hasToken: hasToken))
    }
    return response.takeFields()
  }

  private func advice(_ status: Int, hasToken: Bool) -> String {
    switch status {
    case 400: ": the encrypted key is for another key, or that key is not there"
    case 403 where hasToken:
      ": the token has expired, or its policy does not allow it; run 'vault login', or set "
        + "VAULT_TOKEN (and VAULT_NAMESPACE where there are namespaces)"
    case 403: ": there is no token; run 'vault login', or set VAULT_TOKEN"
    case 404: ": there is no transit engine at the path, or it is in another VAULT_NAMESPACE"
    case 503: ": it is sealed"
    default: ""
    }
  }
}
