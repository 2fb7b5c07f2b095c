internal import CryptoCore
internal import Platform

/// Huawei Cloud KMS (Data Encryption Workshop's API reference, version 1.0: encrypt-data and
/// decrypt-data), reached with the user's credentials.
struct HuaweiKMS: Sendable {
  func encrypt(_ plaintext: Span<UInt8>, _ key: HuaweiKeyName) throws(CloudError) -> String {
    var body = WipedBuffer(capacity: 256)
    body.append("{\"key_id\":")
    body.appendJSON(key.identifier)
    // The service takes texts: SOPS gives it the key's Base64.
    body.append(",\"plain_text\":")
    body.appendJSON(base64: plaintext)
    let fields = try call("encrypt-data", body, key)
    guard let ciphertext = fields.string("cipher_text"), !ciphertext.isEmpty,
      ciphertext.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw CloudError(.malformedAnswer, "Huawei Cloud KMS gave no ciphertext") }
    return ciphertext
  }

  func decrypt(
    _ ciphertext: String, _ key: HuaweiKeyName, in arena: SecretArena?
  ) throws(CloudError) -> SecretBytes {
    var body = WipedBuffer(capacity: 512)
    body.append("{\"cipher_text\":")
    body.appendJSON(ciphertext)
    body.append(",\"key_id\":")
    body.appendJSON(key.identifier)
    let fields = try call("decrypt-data", body, key)
    return try PlaintextKey.decode(
      fields.secret("plain_text"), from: "Huawei Cloud KMS", in: arena)
  }

  private func call(
    _ operation: String, _ fields: consuming WipedBuffer, _ key: HuaweiKeyName
  ) throws(CloudError) -> JSONFields {
    let credentials = try HuaweiCredentials.find()
    var body = fields
    body.append(",\"encryption_algorithm\":\"SYMMETRIC_DEFAULT\"}")
    guard let project = PercentEncoding.segment(credentials.project),
      let address = try key.server().appending("/v1.0/\(project)/kms/\(operation)")
    else {
      throw CloudError(.notConfigured, "HUAWEICLOUD_SDK_PROJECT_ID makes no address")
    }
    let type: StaticString = "application/json;charset=UTF-8"
    let date = AWSSignature.date(WallClock.timestamp())
    // Whoever sets the variable has named the address.
    var request = try HTTPRequest(.post, address, allowsPlaintext: true)
    try request.setBody(body.bytes, type: type)
    try request.setHeader("X-Sdk-Date: ", date)
    try request.setHeader("X-Project-Id: ", credentials.project)
    if let token = credentials.securityToken {
      try request.setHeader("X-Security-Token: ", token)
    }
    let authorization = credentials.authorization(
      to: address, type: type, date: date, body: body.bytes)
    try request.setHeader("Authorization: ", authorization)
    let response = try request.send(to: "Huawei Cloud KMS")
    let status = response.status
    let answer = response.takeFields()
    guard status == 200 else {
      let code = answer.word("error", "error_code") ?? answer.word("error_code")
      throw CloudError(
        .refused,
        "Huawei Cloud KMS refuses \(operation) (status \(status), \(code ?? "no error code")): see "
          + "that the key is in the project HUAWEICLOUD_SDK_PROJECT_ID, and that the access key "
          + "is valid and may use it")
    }
    return answer
  }
}
