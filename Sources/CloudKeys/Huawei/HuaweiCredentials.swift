internal import CryptoCore

/// What requests to Huawei Cloud are signed with, and for which project.
struct HuaweiCredentials: Sendable {
  let accessKeyID: String
  let secretKey: Secret
  /// With temporary credentials.
  let securityToken: Secret?
  let project: String

  /// The credentials of Huawei's variables.
  ///
  /// - Throws: `.notConfigured` with what is missing.
  static func find() throws(CloudError) -> HuaweiCredentials {
    guard let accessKeyID = SettingsFile.variable("HUAWEICLOUD_SDK_AK"),
      let secretKey = try Secret.variable("HUAWEICLOUD_SDK_SK"),
      let project = SettingsFile.variable("HUAWEICLOUD_SDK_PROJECT_ID")
    else {
      throw CloudError(
        .notConfigured,
        "there are no credentials of Huawei Cloud: set HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK and "
          + "HUAWEICLOUD_SDK_PROJECT_ID (the project of the key's region)")
    }
    return HuaweiCredentials(
      accessKeyID: accessKeyID, secretKey: secretKey,
      securityToken: try Secret.variable("HUAWEICLOUD_SDK_SECURITY_TOKEN"), project: project)
  }

  /// The value of the header `Authorization` (API Request Signing Guide, SDK-HMAC-SHA256) of a `POST`
  /// without a query, which has the headers named here.
  func authorization(
    to address: WebAddress, type: StaticString, date: String, body: Span<UInt8>
  ) -> String {
    let algorithm = "SDK-HMAC-SHA256"
    var names = ["content-type", "host", "x-project-id", "x-sdk-date"]
    if securityToken != nil { names.append("x-security-token") }
    names.sort()
    let signedHeaders = names.joined(separator: ";")
    var request = WipedBuffer(capacity: 1024)
    // The path ends in a slash there, whatever it does in the request.
    request.append(utf8: "POST\n\(address.path)/\n\n")
    for name in names {
      request.append(utf8: name + ":")
      switch name {
      case "content-type": request.append(type)
      case "host": request.append(utf8: address.authority)
      case "x-project-id": request.append(utf8: project)
      case "x-sdk-date": request.append(utf8: date)
      default: securityToken?.lend { request.append($0) }
      }
      request.append("\n")
    }
    let bodyDigest = SHA256.hash(body)
    request.append(utf8: "\n\(signedHeaders)\n\(hexadecimal(bodyDigest.bytes))")
    let digest = SHA256.hash(request.bytes)
    let text = Array("\(algorithm)\n\(date)\n\(hexadecimal(digest.bytes))".utf8)
    let signature = secretKey.lend { HMACSHA256.authenticate(text.span, keyBytes: $0) }
    return "\(algorithm) Access=\(accessKeyID), SignedHeaders=\(signedHeaders), "
      + "Signature=\(hexadecimal(signature.bytes))"
  }
}
