internal import CryptoCore

/// Google Cloud Storage by its JSON interface, version 1 (its API reference, `objects.insert`).
struct GoogleStorage: Sendable {
  private let credentials = TimedCache<GCPCredentials>()
  private static let scope = "https://www.googleapis.com/auth/devstorage.read_write"
  private static let service = "Google Cloud Storage"

  /// Puts an object into a bucket.
  func put(_ body: Span<UInt8>, bucket: String, name: String) throws(CloudError) {
    guard ObjectName.isBucket(bucket) else {
      throw CloudError(
        .malformedName,
        "'\(CloudError.shown(bucket))' is not the name of a bucket of Google Cloud Storage")
    }
    _ = try ObjectName.path(name)
    var form = WipedBuffer()
    form.appendField("uploadType", "media")
    form.appendField("name", name)
    let query = String(decoding: Array(copying: form.bytes), as: UTF8.self)
    let (server, isEmulator) = try Self.server()
    guard let address = server.appending("/upload/storage/v1/b/\(bucket)/o?\(query)") else {
      throw CloudError(.malformedName, "'\(CloudError.shown(name))' cannot be uploaded")
    }
    var request = try HTTPRequest(.post, address, .upload, allowsPlaintext: isEmulator)
    try request.setUpload(body, type: "application/octet-stream")
    var origin = "nobody"
    if !isEmulator {
      let found = try credentials.value(for: []) { () throws(CloudError) in
        try GCPCredentials.find(scope: Self.scope)
      }
      try request.setHeader("Authorization: ", found.token, after: "Bearer ")
      if let project = found.quotaProject {
        try request.setHeader("x-goog-user-project: ", project)
      }
      origin = found.origin
    }
    let response = try request.send(to: Self.service)
    guard response.status == 200 else {
      throw CloudError(
        .refused,
        "\(Self.service) refuses an object in '\(bucket)' by \(origin) (status "
          + "\(response.status))\(Self.advice(response.status))")
    }
  }

  private static func advice(_ status: Int) -> String {
    switch status {
    case 401: ": the token has expired; run 'gcloud auth application-default login' again"
    case 403: ": the account needs storage.objects.create, and to replace one also delete"
    case 404: ": there is no such bucket"
    default: ""
    }
  }

  /// The service, or what the variable of Google's libraries for emulators names, which get no
  /// credentials, or that of gcloud for another endpoint.
  private static func server() throws(CloudError) -> (WebAddress, isEmulator: Bool) {
    let emulator = "STORAGE_EMULATOR_HOST"
    let endpoint = "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"
    var (text, name) = ("https://storage.googleapis.com", endpoint)
    if let host = SettingsFile.variable(emulator) {
      (text, name) = (host.contains("://") ? host : "http://" + host, emulator)
    } else if let named = SettingsFile.variable(endpoint) {
      text = named
    }
    guard let address = WebAddress(text) else {
      throw CloudError(.notConfigured, "\(name) is not an address")
    }
    return (address, name == emulator)
  }
}
