internal import CryptoCore

/// Google Cloud KMS by its REST interface, version 1 (its API reference, `cryptoKeys.encrypt` and
/// `cryptoKeys.decrypt`).
struct GCPKMS: Sendable {
  private let credentials = TimedCache<GCPCredentials>()

  /// The name of a key: `projects/P/locations/L/keyRings/R/cryptoKeys/K`.
  struct KeyName: Hashable, Sendable {
    let text: String
    /// With its parts percent-encoded.
    fileprivate let path: String

    /// - Throws: `.malformedName`.
    init(_ text: String) throws(CloudError) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let kinds: [Substring] = ["projects", "locations", "keyRings", "cryptoKeys"]
      let segments = parts.compactMap { PercentEncoding.segment($0) }
      guard parts.count == 8, segments.count == 8,
        kinds.indices.allSatisfy({ parts[2 * $0] == kinds[$0] })
      else {
        throw CloudError(
          .malformedName,
          "'\(CloudError.shown(text))' is not the name of a key of Google Cloud KMS "
            + "(projects/P/locations/L/keyRings/R/cryptoKeys/K)")
      }
      self.text = text
      path = segments.joined(separator: "/")
    }
  }

  func encrypt(_ plaintext: Span<UInt8>, _ key: KeyName) throws(CloudError) -> String {
    var body = WipedBuffer(capacity: 128)
    body.append("{\"plaintext\":")
    body.appendJSON(base64: plaintext)
    body.append("}")
    let fields = try call("encrypt", body, key)
    guard let ciphertext = fields.string("ciphertext"), ciphertext.isBase64 else {
      throw CloudError(.malformedAnswer, "Google Cloud KMS gave no ciphertext")
    }
    return ciphertext
  }

  func decrypt(
    _ ciphertext: String, _ key: KeyName, in arena: SecretArena?
  ) throws(CloudError) -> SecretBytes {
    guard ciphertext.isBase64 else {
      throw CloudError(.malformedName, "the encrypted key is not Base64")
    }
    var body = WipedBuffer(capacity: 512)
    body.append("{\"ciphertext\":")
    body.appendJSON(ciphertext)
    body.append("}")
    let fields = try call("decrypt", body, key)
    return try PlaintextKey.decode(
      fields.secret("plaintext"), from: "Google Cloud KMS", in: arena)
  }

  private func call(
    _ operation: String, _ body: borrowing WipedBuffer, _ key: KeyName
  ) throws(CloudError) -> JSONFields {
    let credentials = try credentials.value(for: []) { () throws(CloudError) in
      try GCPCredentials.find()
    }
    guard let address = try Self.server().appending("/v1/\(key.path):\(operation)") else {
      throw CloudError(.malformedName, "'\(CloudError.shown(key.text))' cannot be asked for")
    }
    var request = try HTTPRequest(.post, address)
    try request.setBody(body.bytes, type: "application/json")
    try request.setHeader("Authorization: ", credentials.token, after: "Bearer ")
    if let project = credentials.quotaProject {
      try request.setHeader("x-goog-user-project: ", project)
    }
    let response = try request.send(to: "Google Cloud KMS")
    let status = response.status
    let fields = response.takeFields()
    guard status == 200 else {
      let code = fields.word("error", "status")
      throw CloudError(
        .refused,
        "Google Cloud KMS refuses \(operation) by \(credentials.origin) (status \(status), "
          + "\(code ?? "no error code"))\(advice(code))")
    }
    return fields
  }

  /// The service, or the one that SOPS's variables name.
  private static func server() throws(CloudError) -> WebAddress {
    let variable = "SOPS_GCP_KMS_ENDPOINT"
    var text = "https://cloudkms.googleapis.com"
    if let endpoint = SettingsFile.variable(variable) {
      text = endpoint.contains("://") ? endpoint : "https://" + endpoint
    } else if let domain = SettingsFile.variable("SOPS_GCP_KMS_UNIVERSE_DOMAIN") {
      text = "https://cloudkms." + domain
    }
    guard let address = WebAddress(text) else {
      throw CloudError(.notConfigured, "\(variable) is not an address")
    }
    return address
  }

  private func advice(_ code: String?) -> String {
    switch code {
    case "PERMISSION_DENIED":
      ": the account needs the role roles/cloudkms.cryptoKeyEncrypterDecrypter on the key"
    case "UNAUTHENTICATED":
      ": the token has expired; run 'gcloud auth application-default login' again"
    case "NOT_FOUND": ": there is no such key"
    case "INVALID_ARGUMENT": ": the encrypted key was altered, or is for another key"
    case "FAILED_PRECONDITION": ": the key's version is disabled or destroyed"
    default: ""
    }
  }
}
