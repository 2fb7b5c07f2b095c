internal import CryptoCore
internal import Platform

/// Temporary credentials of the Security Token Service (its API reference, version 2011-06-15).
struct AWSTokenService {
  let place: AWSPlace

  /// What a role is assumed with besides credentials.
  struct Role {
    let arn: String
    /// Nil for the one that SOPS gives a session: `sops@` and the host's name.
    var sessionName: String?
    var externalID: String?
  }

  /// The credentials of a role.
  func assume(_ role: Role, with credentials: AWSCredentials) throws(CloudError) -> AWSCredentials {
    var form = form("AssumeRole", role)
    if let externalID = role.externalID { form.appendField("ExternalId", externalID) }
    return try call(form, role, credentials)
  }

  /// The credentials of a role for a token of OpenID Connect.
  func assume(_ role: Role, webIdentity token: Secret) throws(CloudError) -> AWSCredentials {
    var form = form("AssumeRoleWithWebIdentity", role)
    token.lend { form.appendField("WebIdentityToken", $0) }
    return try call(form, role, nil)
  }

  private func form(_ action: String, _ role: Role) -> WipedBuffer {
    var form = WipedBuffer(capacity: 1024)
    form.appendField("Action", action)
    form.appendField("Version", "2011-06-15")
    form.appendField("RoleArn", role.arn)
    form.appendField("RoleSessionName", role.sessionName ?? Self.sessionName)
    return form
  }

  /// As SOPS has it; what may not stand in the name of a session is left out.
  private static var sessionName: String {
    let host = Machine.hostName().filter {
      $0.isASCII && ($0.isLetter || $0.isNumber || "=,.@_-".contains($0))
    }
    return String("sops@\(host)".prefix(64))
  }

  private func call(
    _ form: consuming WipedBuffer, _ role: Role, _ credentials: AWSCredentials?
  ) throws(CloudError) -> AWSCredentials {
    let request = try AWSRequest.make(
      "sts", place, target: nil, type: "application/x-www-form-urlencoded; charset=utf-8",
      body: form.bytes, credentials)
    let response = try request.send(to: "AWS STS")
    let shown = CloudError.shown(role.arn)
    guard response.status == 200 else {
      let code = MarkupText.word("Code", response.body.bytes) ?? "no error code"
      throw CloudError(
        .refused,
        "AWS STS does not let \(credentials?.origin ?? "the web identity") assume the role "
          + "'\(shown)' (status \(response.status), \(code)): its trust policy and the "
          + "caller's permission for sts:AssumeRole decide")
    }
    let body = response.body.bytes
    guard let accessKeyID = MarkupText.word("AccessKeyId", body),
      let secret = MarkupText.range("SecretAccessKey", body),
      let token = MarkupText.range("SessionToken", body)
    else { throw CloudError(.malformedAnswer, "AWS STS gave no credentials") }
    return AWSCredentials(
      accessKeyID: accessKeyID, secretKey: try Secret(copying: body.extracting(secret)),
      sessionToken: try Secret(copying: body.extracting(token)), origin: "the role '\(shown)'")
  }
}

/// Answers in XML, of which single elements without entities are wanted.
enum MarkupText {
  /// The content of the first element of a name.
  static func range(_ name: String, _ text: Span<UInt8>) -> Range<Int>? {
    let opening = Array("<\(name)>".utf8)
    let closing = UInt8(ascii: "<")
    var start = 0
    while start + opening.count <= text.count {
      if text.extracting(start..<start + opening.count).isSame(as: opening.span) {
        let first = start + opening.count
        var end = first
        while end < text.count, text[end] != closing {
          if text[end] == UInt8(ascii: "&") { return nil }
          end += 1
        }
        return end > first && end < text.count ? first..<end : nil
      }
      start += 1
    }
    return nil
  }

  /// The content, where it is letters and digits.
  static func word(_ name: String, _ text: Span<UInt8>) -> String? {
    guard let range = range(name, text) else { return nil }
    let bytes = Array(copying: text.extracting(range))
    let isWord = bytes.allSatisfy { PercentEncoding.isUnreserved($0) }
    return isWord && bytes.count <= 128 ? String(decoding: bytes, as: UTF8.self) : nil
  }
}
