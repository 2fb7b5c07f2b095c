internal import CryptoCore
internal import Platform

/// Amazon S3 (its API reference, PutObject), and servers that speak its language.
struct S3Storage: Sendable {
  private let credentials = TimedCache<AWSCredentials>()

  /// Puts an object into a bucket.
  func put(_ body: Span<UInt8>, bucket: String, key: String) throws(CloudError) {
    guard ObjectName.isBucket(bucket) else {
      throw CloudError(
        .malformedName, "'\(CloudError.shown(bucket))' is not the name of a bucket of S3")
    }
    let place = try AWSPlace(region: Self.region())
    let address = try Self.address(of: bucket, ObjectName.path(key), place)
    let found = try credentials.value(for: [place.region]) { () throws(CloudError) in
      try AWSCredentialChain(place: place).credentials(profile: "")
    }
    // Whoever sets the variable has named the address.
    var request = try HTTPRequest(.put, address, .upload, allowsPlaintext: true)
    try request.setUpload(body, type: "application/octet-stream")
    let date = AWSSignature.date(WallClock.timestamp())
    let digest = SHA256.hash(body)
    let bodyText = hexadecimal(digest.bytes)
    let headers = [
      (name: "content-type", value: "application/octet-stream"),
      (name: "host", value: address.authority), (name: "x-amz-content-sha256", value: bodyText),
      (name: "x-amz-date", value: date),
    ]
    try request.setHeader("X-Amz-Content-Sha256: ", bodyText)
    try request.setHeader("X-Amz-Date: ", date)
    if let token = found.sessionToken { try request.setHeader("X-Amz-Security-Token: ", token) }
    let signature = AWSSignature(service: "s3", region: place.region, date: date)
    try request.setHeader(
      "Authorization: ",
      signature.authorization(
        AWSSignature.Message(method: "PUT", path: address.path, headers: headers), body: body,
        found))
    let response = try request.send(to: "S3")
    guard response.status == 200 else {
      let code = MarkupText.word("Code", response.body.bytes)
      throw CloudError(
        .refused,
        "S3 refuses s3:PutObject in '\(bucket)' by \(found.origin) (status \(response.status), "
          + "\(code ?? "no error code"))\(Self.advice(code))")
    }
  }

  private static func advice(_ code: String?) -> String {
    switch code {
    case "AccessDenied": ": let the bucket's policy or IAM allow it, or set AWS_PROFILE"
    case "NoSuchBucket": ": there is no such bucket"
    case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
      ": the bucket is in another region: set AWS_REGION to that"
    case "ExpiredToken", "InvalidAccessKeyId", "SignatureDoesNotMatch":
      ": renew the credentials (and see that the clock is right)"
    default: ""
    }
  }

  /// The region of the environment, else of the profile.
  private static func region() throws(CloudError) -> String {
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
      if let region = SettingsFile.variable(name) { return region }
    }
    let profile =
      SettingsFile.variable("AWS_PROFILE") ?? SettingsFile.variable("AWS_DEFAULT_PROFILE")
    guard let region = try AWSProfiles().text("region", of: profile ?? "default") else {
      throw CloudError(
        .notConfigured,
        "nothing says which region of AWS the bucket is in: set AWS_REGION, or region in ~/.aws/config"
      )
    }
    return region
  }

  /// Where an object is: behind the bucket's own host, or, where that cannot be one of the
  /// certificate's or the user has named a server, behind the bucket in the path.
  private static func address(
    of bucket: String, _ path: String, _ place: AWSPlace
  ) throws(CloudError) -> WebAddress {
    let server = try place.address(of: "s3")
    let isOwnHost =
      !place.isNamed(service: "s3") && !bucket.contains(".") && !bucket.contains("_")
    let address =
      isOwnHost
      ? WebAddress("https://\(bucket).\(server.authority)/\(path)")
      : server.appending("/\(bucket)/\(path)")
    guard let address else {
      throw CloudError(
        .malformedName, "'\(CloudError.shown(bucket))' is not the name of a bucket of S3")
    }
    return address
  }
}
