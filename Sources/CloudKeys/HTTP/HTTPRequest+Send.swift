internal import CryptoCore
internal import Platform

/// What a service answered.
struct HTTPResponse: ~Copyable {
  /// The status, for instance 200.
  let status: Int
  let body: WipedBuffer

  /// The body's fields; empty when it is not JSON.
  consuming func takeFields() -> JSONFields { JSONFields(body) }
}

extension HTTPRequest {
  /// No answer that is wanted here has more.
  private static let maximumByteCount = 1 << 20
  /// Pauses before another try, in milliseconds.
  private static let pauses = [200, 800]

  /// Sends the request by `curl`; once more where the service is busy.
  ///
  /// - Parameter service: What an error calls it.
  /// - Throws: `.missingProgram`, `.unreachable`, `.malformedAnswer`.
  func send(to service: String, tries: Int = 3) throws(CloudError) -> HTTPResponse {
    for pause in Self.pauses.prefix(max(tries - 1, 0)) {
      let response = try sendOnce(to: service)
      guard [429, 500, 502, 503, 504].contains(response.status) else { return response }
      WallClock.pause(milliseconds: pause)
    }
    return try sendOnce(to: service)
  }

  private func sendOnce(to service: String) throws(CloudError) -> HTTPResponse {
    // -q: what the user's .curlrc says, a redirect followed for instance, is not for credentials.
    let program = ChildProgram("curl", arguments: ["-q", "--config", "-"])
    let result: ChildResult
    do {
      result = try ChildProcess.run(
        program, input: configuration.bytes, limit: Self.maximumByteCount, passed: passed,
        environment: Self.environment())
    } catch  where error.code == .notFound {
      throw CloudError(
        .missingProgram,
        "\(service) is reached by the program 'curl', which is not here: install the package curl")
    } catch  where error.code == .tooLarge {
      throw CloudError(.malformedAnswer, "\(service) at \(address.origin) answers too much")
    } catch { throw CloudError(.unreachable, "\(error)") }
    guard result.status.isSuccess else { throw failure(service, result.status) }
    let bytes = result.output.bytes
    let separator = bytes.count - 4
    guard separator >= 0, bytes[separator] == UInt8(ascii: "\n"),
      let status = Int(
        String(decoding: Array(copying: bytes.extracting((separator + 1)...)), as: UTF8.self))
    else { throw CloudError(.malformedAnswer, "curl did not say what \(service) answered") }
    return HTTPResponse(
      status: status, body: WipedBuffer(copying: bytes.extracting(..<separator)))
  }

  /// What curl is given of our environment: proxies and authorities.
  private static func environment() -> ChildEnvironment {
    var environment = ChildEnvironment()
    let wanted: Set<String> = [
      "PATH", "LD_LIBRARY_PATH", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
      "ALL_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE",
    ]
    environment.removeAll { !wanted.contains($0) }
    return environment
  }

  /// curl's own words could quote its configuration, so its status has to do.
  private func failure(_ service: String, _ status: ChildStatus) -> CloudError {
    let reason =
      switch status {
      case .exited(5): "the name of the proxy is not known"
      case .exited(6): "its name is not known"
      case .exited(7): "nothing answers there"
      case .exited(28): "it did not answer in time"
      case .exited(35): "the TLS handshake failed"
      case .exited(52), .exited(56): "it closed the connection"
      case .exited(58): "the client's certificate or key cannot be used"
      case .exited(60):
        "its certificate is not of an authority that is trusted (SSL_CERT_FILE names others)"
      case .exited(77): "the file of authorities cannot be read"
      case .exited(let number): "curl ended with \(number)"
      case .signalled(let number): "curl was ended by signal \(number)"
      }
    return CloudError(.unreachable, "\(service) at \(address.origin) cannot be reached: \(reason)")
  }
}
