internal import CryptoCore
internal import Platform

/// Looks for credentials where the SDKs of AWS do, in their order.
struct AWSCredentialChain {
  let place: AWSPlace
  private static let maximumDepth = 5

  /// The credentials.
  ///
  /// - Parameter profile: The profile that the key asks for, which then counts before the environment;
  ///   empty for none.
  /// - Throws: `.notConfigured` with what can be set, and what services throw.
  func credentials(profile: String) throws(CloudError) -> AWSCredentials {
    if profile.isEmpty {
      if let credentials = try environment() { return credentials }
      if let credentials = try webIdentity() { return credentials }
    }
    let profiles = try AWSProfiles()
    let named =
      profile.isEmpty
      ? SettingsFile.variable("AWS_PROFILE") ?? SettingsFile.variable("AWS_DEFAULT_PROFILE")
      : profile
    if let named, !profiles.has(named) {
      throw CloudError(
        .notConfigured,
        "there is no profile '\(CloudError.shown(named))' in ~/.aws/config or ~/.aws/credentials: "
          + "add it, or set AWS_PROFILE")
    }
    if let credentials = try self.profile(named ?? "default", profiles, depth: 0) {
      return credentials
    }
    return try machine()
  }

  private func environment() throws(CloudError) -> AWSCredentials? {
    guard let accessKeyID = SettingsFile.variable("AWS_ACCESS_KEY_ID"),
      let secret = try Secret.variable("AWS_SECRET_ACCESS_KEY")
    else { return nil }
    return AWSCredentials(
      accessKeyID: accessKeyID, secretKey: secret,
      sessionToken: try Secret.variable("AWS_SESSION_TOKEN"), origin: "AWS_ACCESS_KEY_ID")
  }

  private func webIdentity() throws(CloudError) -> AWSCredentials? {
    guard let path = SettingsFile.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
    guard let arn = SettingsFile.variable("AWS_ROLE_ARN") else {
      throw CloudError(
        .notConfigured, "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not: set it too")
    }
    let role = AWSTokenService.Role(
      arn: arn, sessionName: SettingsFile.variable("AWS_ROLE_SESSION_NAME"))
    return try AWSTokenService(place: place).assume(role, webIdentity: try Secret.file(path))
  }

  private func machine() throws(CloudError) -> AWSCredentials {
    if let credentials = try AWSMachineCredentials.container() { return credentials }
    do throws(CloudError) { return try AWSMachineCredentials.instance() } catch {
      if error.code == .missingProgram { throw error }
      throw CloudError(
        .notConfigured,
        "there are no credentials of AWS: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
          + "AWS_SECRET_ACCESS_KEY (of an instance: \(error.message))")
    }
  }

  /// What a profile gives, its role assumed; nil when it says nothing of credentials.
  private func profile(
    _ name: String, _ profiles: AWSProfiles, depth: Int
  ) throws(CloudError) -> AWSCredentials? {
    guard depth < Self.maximumDepth else {
      throw CloudError(.notConfigured, "the profiles of ~/.aws/config lead to each other")
    }
    let shown = CloudError.shown(name)
    guard let arn = profiles.text("role_arn", of: name) else {
      return try direct(name, profiles)
    }
    let role = AWSTokenService.Role(
      arn: arn, sessionName: profiles.text("role_session_name", of: name),
      externalID: profiles.text("external_id", of: name))
    let service = AWSTokenService(place: place)
    if let path = profiles.text("web_identity_token_file", of: name) {
      return try service.assume(role, webIdentity: try Secret.file(path))
    }
    if profiles.text("mfa_serial", of: name) != nil {
      throw CloudError(
        .notConfigured,
        "the profile '\(shown)' wants a code of a second factor: give temporary credentials by the "
          + "variables that 'aws configure export-credentials --format env' prints")
    }
    let source: AWSCredentials?
    if let other = profiles.text("source_profile", of: name) {
      // A profile that names itself means its own keys.
      source =
        other == name
        ? try direct(name, profiles) : try profile(other, profiles, depth: depth + 1)
    } else {
      switch profiles.text("credential_source", of: name) {
      case "Environment": source = try environment()
      case "Ec2InstanceMetadata": source = try AWSMachineCredentials.instance()
      case "EcsContainer": source = try AWSMachineCredentials.container()
      default: source = try direct(name, profiles)
      }
    }
    guard let source else {
      throw CloudError(
        .notConfigured,
        "the profile '\(shown)' names a role and no credentials to assume it with: "
          + "set its source_profile")
    }
    return try service.assume(role, with: source)
  }

  /// What a profile gives without a role.
  private func direct(
    _ name: String, _ profiles: AWSProfiles
  ) throws(CloudError) -> AWSCredentials? {
    let origin = "the profile '\(CloudError.shown(name))'"
    if let accessKeyID = profiles.text("aws_access_key_id", of: name),
      let secret = try profiles.secret("aws_secret_access_key", of: name)
    {
      return AWSCredentials(
        accessKeyID: accessKeyID, secretKey: secret,
        sessionToken: try profiles.secret("aws_session_token", of: name), origin: origin)
    }
    if profiles.text("sso_session", of: name) ?? profiles.text("sso_start_url", of: name) != nil {
      // AWS's own program renews the sign-in and knows where it is kept.
      let arguments = ["configure", "export-credentials", "--format", "process", "--profile", name]
      return try run(
        ChildProgram("aws", arguments: arguments),
        "signing in to \(origin) by 'aws' failed: install the AWS CLI (2.9 or later) and run "
          + "'aws sso login --profile \(CloudError.shown(name))'", origin)
    }
    guard let command = profiles.text("credential_process", of: name) else { return nil }
    // The user's own command, from the user's own file.
    return try run(
      ChildProgram("/bin/sh", arguments: ["-c", command]),
      "the credential_process of \(origin) failed", origin)
  }

  /// Runs a program that prints credentials as JSON.
  private func run(
    _ program: ChildProgram, _ failure: String, _ origin: String
  ) throws(CloudError) -> AWSCredentials {
    guard let output = HelperProgram.output(of: program) else {
      throw CloudError(.notConfigured, failure)
    }
    let fields = JSONFields(output)
    return try AWSCredentials(fields, token: "SessionToken", origin: origin)
  }
}
