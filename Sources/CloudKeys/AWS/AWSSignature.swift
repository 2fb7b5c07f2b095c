internal import CryptoCore

/// The signature of a request to AWS, version 4 (Signature Version 4 in the IAM user guide).
struct AWSSignature {
  let service: String
  let region: String
  /// In the basic form of ISO 8601: `20150830T123600Z`.
  let date: String

  /// What is signed of a request whose path needs no encoding and that has no query.
  struct Message {
    let method: String
    let path: String
    /// Names in lower case, without the one of the session's token; values without spaces at their
    /// ends.
    let headers: [(name: String, value: String)]
  }

  private static let algorithm = "AWS4-HMAC-SHA256"
  private static let tokenHeader = "x-amz-security-token"

  /// The date form of a time such as `2015-08-30T12:36:00Z`.
  static func date(_ timestamp: String) -> String {
    timestamp.filter { $0 != "-" && $0 != ":" }
  }

  /// The value of the header `Authorization`.
  func authorization(
    _ message: Message, body: Span<UInt8>, _ credentials: AWSCredentials
  ) -> String {
    var names = message.headers.map(\.name)
    if credentials.sessionToken != nil { names.append(Self.tokenHeader) }
    names.sort()
    let signedHeaders = names.joined(separator: ";")
    let request = canonicalRequest(message, names, signedHeaders, body, credentials)
    let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
    let requestDigest = SHA256.hash(request.bytes)
    let text = [Self.algorithm, date, scope, hexadecimal(requestDigest.bytes)]
      .joined(separator: "\n")
    let key = signingKey(credentials.secretKey)
    let signature = HMACSHA256.authenticate(Array(text.utf8).span, keyBytes: key.bytes)
    return "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
      + "SignedHeaders=\(signedHeaders), Signature=\(hexadecimal(signature.bytes))"
  }

  /// In wiped memory, since a token is in it.
  private func canonicalRequest(
    _ message: Message, _ names: [String], _ signedHeaders: String, _ body: Span<UInt8>,
    _ credentials: AWSCredentials
  ) -> WipedBuffer {
    var request = WipedBuffer(capacity: 2048)
    request.append(utf8: "\(message.method)\n\(message.path)\n\n")
    for name in names {
      request.append(utf8: name + ":")
      if name == Self.tokenHeader {
        credentials.sessionToken?.lend { request.append($0) }
      } else if let header = message.headers.first(where: { $0.name == name }) {
        request.append(utf8: header.value)
      }
      request.append("\n")
    }
    let bodyDigest = SHA256.hash(body)
    request.append(utf8: "\n\(signedHeaders)\n\(hexadecimal(bodyDigest.bytes))")
    return request
  }

  private func signingKey(_ secret: Secret) -> WipedBuffer {
    var key = WipedBuffer(capacity: 128)
    key.append("AWS4")
    secret.lend { key.append($0) }
    for part in [String(date.prefix(8)), region, service, "aws4_request"] {
      let next = HMACSHA256.authenticate(Array(part.utf8).span, keyBytes: key.bytes)
      key = WipedBuffer(copying: next.bytes)
    }
    return key
  }
}
