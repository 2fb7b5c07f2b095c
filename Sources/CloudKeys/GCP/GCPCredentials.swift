internal import CryptoCore
internal import Platform

/// An access token for Google Cloud, from where Google's libraries look (Application Default
/// Credentials), after the variables that SOPS looks at.
struct GCPCredentials: Sendable {
  let token: Secret
  /// Whose quota the requests count against; for users only.
  let quotaProject: String?
  /// Where the token comes from, for messages.
  let origin: String

  private static let service = "Google's token service"
  static let scopeOfKMS = "https://www.googleapis.com/auth/cloudkms"
  private static let tokenAddress = "https://oauth2.googleapis.com/token"
  private static let lifetime = 3600

  /// The token.
  ///
  /// - Parameter scope: What it is for, of a service account.
  /// - Throws: `.notConfigured` with what can be set, and what requests throw.
  static func find(scope: String = scopeOfKMS) throws(CloudError) -> GCPCredentials {
    let name = "GOOGLE_CREDENTIALS"
    if let value = try Secret.variable(name) {
      if let path = value.lend({ path(in: $0) }), Files.exists(path) {
        return try ofFile(try SettingsFile.read(path), name, scope)
      }
      return try ofFile(value.lend { WipedBuffer(copying: $0) }, name, scope)
    }
    if let token = try Secret.variable("GOOGLE_OAUTH_ACCESS_TOKEN") {
      return GCPCredentials(
        token: token, quotaProject: nil, origin: "GOOGLE_OAUTH_ACCESS_TOKEN")
    }
    if let path = SettingsFile.variable("GOOGLE_APPLICATION_CREDENTIALS") {
      return try ofFile(
        try SettingsFile.read(path), "GOOGLE_APPLICATION_CREDENTIALS", scope)
    }
    let file = "application_default_credentials.json"
    let folder =
      SettingsFile.variable("CLOUDSDK_CONFIG") ?? SettingsFile.inHome(".config/gcloud")
    if let folder, let text = try SettingsFile.readIfThere(folder + "/" + file) {
      return try ofFile(text, "'gcloud auth application-default login'", scope)
    }
    return try ofMachine()
  }

  /// The path that a text is; nil for JSON, which has a secret in it.
  private static func path(in text: Span<UInt8>) -> String? {
    for index in text.indices where text[index] == UInt8(ascii: "{") { return nil }
    return String(decoding: Array(copying: text), as: UTF8.self)
  }

  private static func ofFile(
    _ text: consuming WipedBuffer, _ origin: String, _ scope: String
  ) throws(CloudError) -> GCPCredentials {
    let fields = JSONFields(text)
    switch fields.word("type") {
    case "service_account": return try ofServiceAccount(fields, origin, scope)
    case "authorized_user": return try ofUser(fields, origin)
    case let type:
      throw CloudError(
        .notConfigured,
        "the credentials of \(origin) are of the type '\(type ?? "none")', which is not handled: "
          + "set GOOGLE_OAUTH_ACCESS_TOKEN to what 'gcloud auth print-access-token' prints")
    }
  }

  /// A token for a statement signed with the account's key (RFC 7523).
  private static func ofServiceAccount(
    _ fields: borrowing JSONFields, _ origin: String, _ scope: String
  ) throws(CloudError) -> GCPCredentials {
    let audience = fields.string("token_uri") ?? tokenAddress
    guard let email = fields.string("client_email"), let key = fields.secret("private_key") else {
      throw CloudError(
        .notConfigured, "the service account of \(origin) has no client_email or private_key")
    }
    let now = WallClock.seconds()
    var claims = WipedBuffer()
    claims.append("{\"iss\":")
    claims.appendJSON(email)
    claims.append(",\"scope\":")
    claims.appendJSON(scope)
    claims.append(",\"aud\":")
    claims.appendJSON(audience)
    claims.append(utf8: ",\"iat\":\(now),\"exp\":\(now + lifetime)}")
    var header = "{\"alg\":\"RS256\",\"typ\":\"JWT\""
    if let identifier = fields.word("private_key_id") { header += ",\"kid\":\"\(identifier)\"" }
    let assertion = try SignedToken.make(
      header: header + "}", claims: claims, key: key.bytes, .pkcs1, origin: origin)
    var form = WipedBuffer(capacity: 2048)
    form.appendField("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
    form.appendField("assertion", assertion.bytes)
    return GCPCredentials(
      token: try token(form, audience, origin), quotaProject: nil, origin: origin)
  }

  /// A token for a user's refresh token (RFC 6749, section 6).
  private static func ofUser(
    _ fields: borrowing JSONFields, _ origin: String
  ) throws(CloudError) -> GCPCredentials {
    guard let client = fields.string("client_id"), let secret = fields.secret("client_secret"),
      let refresh = fields.secret("refresh_token")
    else {
      throw CloudError(
        .notConfigured, "the user's credentials of \(origin) have no refresh_token: sign in again")
    }
    var form = WipedBuffer(capacity: 1024)
    form.appendField("grant_type", "refresh_token")
    form.appendField("client_id", client)
    form.appendField("client_secret", secret.bytes)
    form.appendField("refresh_token", refresh.bytes)
    let quota =
      SettingsFile.variable("GOOGLE_CLOUD_QUOTA_PROJECT") ?? fields.string("quota_project_id")
    return GCPCredentials(
      token: try token(form, fields.string("token_uri") ?? tokenAddress, origin),
      quotaProject: quota, origin: origin)
  }

  private static func token(
    _ form: borrowing WipedBuffer, _ text: String, _ origin: String
  ) throws(CloudError) -> Secret {
    guard let address = WebAddress(text) else {
      throw CloudError(.notConfigured, "the token_uri of \(origin) is not an address")
    }
    var request = try HTTPRequest(.post, address)
    try request.setBody(form.bytes, type: "application/x-www-form-urlencoded")
    let response = try request.send(to: service)
    let status = response.status
    let fields = response.takeFields()
    guard status == 200, let token = fields.secret("access_token"), !token.isEmpty else {
      throw CloudError(
        .refused,
        "\(service) refuses the credentials of \(origin) (status \(status), "
          + "\(fields.word("error") ?? "no error code")): sign in again by "
          + "'gcloud auth application-default login', or renew the key of the service account")
    }
    return try Secret(copying: token.bytes)
  }

  /// A token of the machine's own account.
  private static func ofMachine() throws(CloudError) -> GCPCredentials {
    let origin = "the machine's service account"
    let host = SettingsFile.variable("GCE_METADATA_HOST") ?? "169.254.169.254"
    let path = "/computeMetadata/v1/instance/service-accounts/default/token"
    guard let address = WebAddress("http://\(host)\(path)") else {
      throw CloudError(.notConfigured, "GCE_METADATA_HOST is not a host")
    }
    do throws(CloudError) {
      var request = try HTTPRequest(.get, address, .metadata, allowsPlaintext: true)
      try request.setHeader("Metadata-Flavor: ", "Google")
      let response = try request.send(to: "the metadata server", tries: 1)
      let status = response.status
      let fields = response.takeFields()
      guard status == 200, let token = fields.secret("access_token"), !token.isEmpty else {
        throw CloudError(.refused, "the metadata server refuses (status \(status))")
      }
      return GCPCredentials(
        token: try Secret(copying: token.bytes), quotaProject: nil, origin: origin)
    } catch {
      if error.code == .missingProgram { throw error }
      throw CloudError(
        .notConfigured,
        "there are no credentials of Google Cloud: run 'gcloud auth application-default login', or "
          + "set GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_OAUTH_ACCESS_TOKEN "
          + "(of a machine: \(error.message))")
    }
  }
}
