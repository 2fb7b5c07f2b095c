internal import CryptoCore
internal import Platform

/// Credentials that the machine has: of its container (ECS, EKS) or of its instance (EC2).
enum AWSMachineCredentials {
  /// Those of the container; nil when no variable names their server.
  ///
  /// - Throws: `.notConfigured` for a server that is neither encrypted nor near, and what requests
  ///   throw.
  static func container() throws(CloudError) -> AWSCredentials? {
    let origin = "the container's credential server"
    let text: String
    if let path = SettingsFile.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      text = "http://169.254.170.2" + path
    } else if let full = SettingsFile.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      text = full
    } else {
      return nil
    }
    guard let address = WebAddress(text),
      address.isEncrypted || address.isLoopback || address.isLinkLocal
    else {
      throw CloudError(
        .notConfigured,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor this machine or its link")
    }
    var request = try HTTPRequest(.get, address, .metadata)
    if let path = SettingsFile.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      try request.setHeader("Authorization: ", try Secret.file(path))
    } else if let token = try Secret.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
      try request.setHeader("Authorization: ", token)
    }
    let response = try request.send(to: origin)
    guard response.status == 200 else {
      throw CloudError(.refused, "\(origin) refuses (status \(response.status))")
    }
    let fields = response.takeFields()
    return try AWSCredentials(fields, token: "Token", origin: origin)
  }

  /// Those of the instance, by version 2 of its metadata service.
  ///
  /// - Throws: `.notConfigured` when they are turned off, `.unreachable` where there is no such
  ///   service, ...
  static func instance() throws(CloudError) -> AWSCredentials {
    let origin = "the instance's metadata service"
    guard SettingsFile.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
      throw CloudError(.notConfigured, "AWS_EC2_METADATA_DISABLED is set")
    }
    let isNewer = SettingsFile.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") == "IPv6"
    let text =
      SettingsFile.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
      ?? (isNewer ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
    guard let server = WebAddress(text) else {
      throw CloudError(.notConfigured, "AWS_EC2_METADATA_SERVICE_ENDPOINT is not an address")
    }
    guard let tokenAddress = server.appending("/latest/api/token") else { throw unusable(origin) }
    var tokenRequest = try HTTPRequest(.put, tokenAddress, .metadata, allowsPlaintext: true)
    try tokenRequest.setHeader("X-aws-ec2-metadata-token-ttl-seconds: ", "300")
    let tokenResponse = try tokenRequest.send(to: origin, tries: 1)
    guard tokenResponse.status == 200 else { throw refusal(origin, tokenResponse.status) }
    let token = try Secret(copying: tokenResponse.body.bytes)
    let folder = "/latest/meta-data/iam/security-credentials/"
    let names = try get(folder, from: server, token, origin)
    let list = String(decoding: Array(copying: names.body.bytes), as: UTF8.self)
    guard let name = list.split(separator: "\n").first,
      let part = PercentEncoding.segment(name)
    else { throw CloudError(.notConfigured, "the instance has no role") }
    let response = try get(folder + part, from: server, token, origin)
    let fields = response.takeFields()
    return try AWSCredentials(fields, token: "Token", origin: "the instance's role")
  }

  private static func get(
    _ path: String, from server: WebAddress, _ token: Secret, _ origin: String
  ) throws(CloudError) -> HTTPResponse {
    guard let address = server.appending(path) else { throw unusable(origin) }
    var request = try HTTPRequest(.get, address, .metadata, allowsPlaintext: true)
    try request.setHeader("X-aws-ec2-metadata-token: ", token)
    let response = try request.send(to: origin)
    guard response.status == 200 else { throw refusal(origin, response.status) }
    return response
  }

  private static func unusable(_ origin: String) -> CloudError {
    CloudError(.malformedAnswer, "\(origin) cannot be asked")
  }

  private static func refusal(_ origin: String, _ status: Int) -> CloudError {
    CloudError(
      .refused,
      status == 404 ? "the instance has no role" : "\(origin) refuses (status \(status))")
  }
}
