internal import CryptoCore
internal import SOPSFormat

/// AWS KMS (its API reference, operations Encrypt and Decrypt), reached with the user's credentials.
final class AWSKMS: Sendable {
  private let credentials = TimedCache<AWSCredentials>()

  /// All of an entry that a request depends on.
  struct Key: Hashable, Sendable {
    let name: AWSKeyName
    /// Empty for none.
    let role: String
    /// Empty for none.
    let profile: String
    /// The encryption context.
    let context: [String: String]
  }

  func encrypt(_ plaintext: Span<UInt8>, _ key: Key) throws(CloudError) -> String {
    var body = WipedBuffer(capacity: 512)
    body.append("{\"KeyId\":")
    body.appendJSON(key.name.arn)
    body.append(",\"Plaintext\":")
    body.appendJSON(base64: plaintext)
    append(key.context, to: &body)
    let fields = try call("Encrypt", body, key)
    guard let ciphertext = fields.string("CiphertextBlob"), ciphertext.isBase64 else {
      throw CloudError(.malformedAnswer, "AWS KMS gave no ciphertext")
    }
    return ciphertext
  }

  func decrypt(
    _ ciphertext: String, _ key: Key, in arena: SecretArena?
  ) throws(CloudError) -> SecretBytes {
    guard ciphertext.isBase64 else {
      throw CloudError(.malformedName, "the encrypted key is not Base64")
    }
    var body = WipedBuffer(capacity: 1024)
    body.append("{\"KeyId\":")
    body.appendJSON(key.name.arn)
    body.append(",\"CiphertextBlob\":")
    body.appendJSON(ciphertext)
    append(key.context, to: &body)
    let fields = try call("Decrypt", body, key)
    return try PlaintextKey.decode(fields.secret("Plaintext"), from: "AWS KMS", in: arena)
  }

  private func append(_ context: [String: String], to body: inout WipedBuffer) {
    if !context.isEmpty {
      body.append(",\"EncryptionContext\":{")
      for (index, pair) in context.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { body.append(",") }
        body.appendJSON(pair.key)
        body.append(":")
        body.appendJSON(pair.value)
      }
      body.append("}")
    }
    body.append("}")
  }

  private func call(
    _ operation: String, _ body: borrowing WipedBuffer, _ key: Key
  ) throws(CloudError) -> JSONFields {
    let credentials = try credentials(for: key)
    let request = try AWSRequest.make(
      "kms", key.name.place, target: "TrentService.\(operation)",
      type: "application/x-amz-json-1.1", body: body.bytes, credentials)
    let response = try request.send(to: "AWS KMS")
    let status = response.status
    let fields = response.takeFields()
    guard status == 200 else {
      let code = fields.word("__type").map { $0.split(separator: "#").last.map(String.init) ?? $0 }
      throw CloudError(
        .refused,
        "AWS KMS refuses kms:\(operation) by \(credentials.origin) (status \(status), "
          + "\(code ?? "no error code"))\(advice(code))")
    }
    return fields
  }

  private func advice(_ code: String?) -> String {
    switch code {
    case "AccessDeniedException":
      ": let the key's policy or IAM allow it, or set AWS_PROFILE to a profile that may"
    case "ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException":
      ": renew the credentials (and see that the clock is right)"
    case "NotFoundException": ": there is no such key in the account and region of its ARN"
    case "InvalidCiphertextException":
      ": the encrypted key or its encryption context was altered, or is for another key"
    case "DisabledException", "KMSInvalidStateException": ": the key must be enabled first"
    default: ""
    }
  }

  private func credentials(for key: Key) throws(CloudError) -> AWSCredentials {
    let place = key.name.place
    let name = [place.partition, place.region, key.profile]
    let own = try credentials.value(for: name) { () throws(CloudError) in
      try AWSCredentialChain(place: place).credentials(profile: key.profile)
    }
    guard !key.role.isEmpty else { return own }
    return try credentials.value(for: name + [key.role]) { () throws(CloudError) in
      try AWSTokenService(place: place).assume(AWSTokenService.Role(arn: key.role), with: own)
    }
  }
}
