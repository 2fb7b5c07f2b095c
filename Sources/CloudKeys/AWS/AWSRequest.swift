internal import CryptoCore
internal import Platform

/// A signed `POST` to a service of AWS.
enum AWSRequest {
  /// Makes it.
  ///
  /// - Parameters:
  ///   - target: The operation, where the service takes it in a header.
  ///   - credentials: Nil for what is not signed.
  static func make(
    _ service: String, _ place: AWSPlace, target: String?, type: StaticString,
    body: Span<UInt8>, _ credentials: AWSCredentials?
  ) throws(CloudError) -> HTTPRequest {
    let address = try place.address(of: service)
    // Whoever sets the variable has named the address.
    var request = try HTTPRequest(.post, address, allowsPlaintext: true)
    try request.setBody(body, type: type)
    if let target { try request.setHeader("X-Amz-Target: ", target) }
    guard let credentials else { return request }
    let date = AWSSignature.date(WallClock.timestamp())
    var headers = [
      (name: "content-type", value: "\(type)"), (name: "host", value: address.authority),
      (name: "x-amz-date", value: date),
    ]
    if let target { headers.append((name: "x-amz-target", value: target)) }
    let signature = AWSSignature(service: service, region: place.region, date: date)
    let path = address.path.isEmpty ? "/" : address.path
    try request.setHeader("X-Amz-Date: ", date)
    if let token = credentials.sessionToken {
      try request.setHeader("X-Amz-Security-Token: ", token)
    }
    try request.setHeader(
      "Authorization: ",
      signature.authorization(
        AWSSignature.Message(method: "POST", path: path, headers: headers), body: body, credentials)
    )
    return request
  }
}
