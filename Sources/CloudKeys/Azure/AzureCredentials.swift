internal import CryptoCore
internal import Platform

/// An access token for Azure, from where Azure's libraries look, in their order
/// (DefaultAzureCredential): the environment, a workload's identity, a managed identity, `az`.
struct AzureCredentials: Sendable {
  let token: Secret
  /// Where the token comes from, for messages.
  let origin: String

  private static let service = "Microsoft Entra ID"

  /// The token for a resource, for instance `https://vault.azure.net`.
  ///
  /// - Throws: `.notConfigured` with what can be set, and what requests throw.
  static func find(_ resource: String) throws(CloudError) -> AzureCredentials {
    if let tenant = SettingsFile.variable("AZURE_TENANT_ID"),
      let client = SettingsFile.variable("AZURE_CLIENT_ID"),
      let credentials = try ofApplication(tenant, client, resource)
    {
      return credentials
    }
    return try ofMachine(resource)
  }

  /// An application's: with its secret, its certificate, or a token that its workload got.
  private static func ofApplication(
    _ tenant: String, _ client: String, _ resource: String
  ) throws(CloudError) -> AzureCredentials? {
    let authority =
      SettingsFile.variable("AZURE_AUTHORITY_HOST") ?? "https://login.microsoftonline.com"
    guard let segment = PercentEncoding.segment(tenant),
      let address = WebAddress(authority)?.appending("/\(segment)/oauth2/v2.0/token")
    else {
      throw CloudError(
        .notConfigured, "AZURE_AUTHORITY_HOST or AZURE_TENANT_ID makes no address")
    }
    var form = WipedBuffer(capacity: 2048)
    form.appendField("client_id", client)
    form.appendField("scope", resource + "/.default")
    form.appendField("grant_type", "client_credentials")
    let origin: String
    if let secret = try Secret.variable("AZURE_CLIENT_SECRET") {
      secret.lend { form.appendField("client_secret", $0) }
      origin = "AZURE_CLIENT_SECRET"
    } else {
      let assertion: Secret
      if let path = SettingsFile.variable("AZURE_CLIENT_CERTIFICATE_PATH") {
        origin = "AZURE_CLIENT_CERTIFICATE_PATH"
        assertion = try AzureClientCertificate.assertion(
          path: path, client: client, audience: address.text)
      } else if let path = SettingsFile.variable("AZURE_FEDERATED_TOKEN_FILE") {
        origin = "AZURE_FEDERATED_TOKEN_FILE"
        assertion = try Secret.file(path)
      } else {
        return nil
      }
      form.appendField(
        "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
      assertion.lend { form.appendField("client_assertion", $0) }
    }
    var request = try HTTPRequest(.post, address)
    try request.setBody(form.bytes, type: "application/x-www-form-urlencoded")
    let response = try request.send(to: service)
    let status = response.status
    let fields = response.takeFields()
    guard status == 200, let token = fields.secret("access_token"), !token.isEmpty else {
      let number = fields.firstNumber("error_codes").map { " AADSTS\($0)" } ?? ""
      throw CloudError(
        .refused,
        "\(service) refuses the credentials of \(origin) (status \(status), "
          + "\(fields.word("error") ?? "no error code")\(number)): renew them, and see that "
          + "AZURE_TENANT_ID and AZURE_CLIENT_ID are theirs")
    }
    return AzureCredentials(token: try Secret(copying: token.bytes), origin: origin)
  }

  /// A managed identity's, or the one of who has signed in by `az`.
  private static func ofMachine(_ resource: String) throws(CloudError) -> AzureCredentials {
    let reason: String
    do throws(CloudError) { return try managed(resource) } catch {
      if error.code == .missingProgram { throw error }
      reason = error.message
    }
    let arguments = ["account", "get-access-token", "--output", "json", "--resource", resource]
    if let output = HelperProgram.output(of: ChildProgram("az", arguments: arguments)) {
      let fields = JSONFields(output)
      if let token = fields.secret("accessToken"), !token.isEmpty {
        return AzureCredentials(token: try Secret(copying: token.bytes), origin: "'az login'")
      }
    }
    throw CloudError(
      .notConfigured,
      "there are no credentials of Azure: run 'az login', or set AZURE_TENANT_ID, AZURE_CLIENT_ID "
        + "and AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE "
        + "(of a managed identity: \(reason))")
  }

  /// The identity that the machine or the App Service was given.
  private static func managed(_ resource: String) throws(CloudError) -> AzureCredentials {
    let origin = "the managed identity"
    let secret = try Secret.variable("IDENTITY_HEADER")
    let endpoint = SettingsFile.variable("IDENTITY_ENDPOINT")
    let isAppService = secret != nil && endpoint != nil
    var query = WipedBuffer()
    query.appendField("api-version", isAppService ? "2019-08-01" : "2018-02-01")
    query.appendField("resource", resource)
    if let client = SettingsFile.variable("AZURE_CLIENT_ID") {
      query.appendField("client_id", client)
    }
    let text = String(decoding: Array(copying: query.bytes), as: UTF8.self)
    let server = SettingsFile.variable("AZURE_POD_IDENTITY_AUTHORITY_HOST")
    let base =
      isAppService
      ? endpoint ?? "" : (server ?? "http://169.254.169.254") + "/metadata/identity/oauth2/token"
    guard let address = WebAddress(base + "?" + text) else {
      throw CloudError(.notConfigured, "the address of its server is malformed")
    }
    var request = try HTTPRequest(.get, address, .metadata)
    if isAppService, let secret {
      try request.setHeader("X-IDENTITY-HEADER: ", secret)
    } else {
      try request.setHeader("Metadata: ", "true")
    }
    let response = try request.send(to: origin, tries: 1)
    let status = response.status
    let fields = response.takeFields()
    guard status == 200, let token = fields.secret("access_token"), !token.isEmpty else {
      throw CloudError(
        .refused, "its server refuses (status \(status), \(fields.word("error") ?? "no code"))")
    }
    return AzureCredentials(token: try Secret(copying: token.bytes), origin: origin)
  }
}
