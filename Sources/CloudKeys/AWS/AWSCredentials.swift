internal import CryptoCore

/// What requests to AWS are signed with.
struct AWSCredentials: Sendable {
  let accessKeyID: String
  let secretKey: Secret
  /// With temporary credentials.
  let sessionToken: Secret?
  /// Where they come from, for messages.
  let origin: String

  /// Takes credentials of the JSON that metadata servers and programs give.
  ///
  /// - Throws: `.malformedAnswer`.
  init(_ fields: borrowing JSONFields, token: String, origin: String) throws(CloudError) {
    guard let accessKeyID = fields.word("AccessKeyId"),
      let secret = fields.secret("SecretAccessKey"), !secret.isEmpty
    else {
      throw CloudError(.malformedAnswer, "\(origin) gave no credentials of AWS")
    }
    let sessionToken = fields.secret(token)
    self.init(
      accessKeyID: accessKeyID, secretKey: try Secret(copying: secret.bytes),
      sessionToken: try Self.secret(sessionToken), origin: origin)
  }

  init(accessKeyID: String, secretKey: Secret, sessionToken: Secret?, origin: String) {
    self.accessKeyID = accessKeyID
    self.secretKey = secretKey
    self.sessionToken = sessionToken
    self.origin = origin
  }

  /// A token in secret memory; none when there is none.
  static func secret(_ text: consuming WipedBuffer?) throws(CloudError) -> Secret? {
    guard let text, !text.isEmpty else { return nil }
    return try Secret(copying: text.bytes)
  }
}
