/// The first bytes of an HTTP/1 answer (RFC 9112), as far as they tell who speaks.
public struct HTTPAnswer: Sendable, Equatable {
  /// The status: 200, 401, ...
  public let status: Int
  /// What the server calls itself in `Server`; nil when it does not say.
  public let server: String?
  /// What it says to be: `v1.36.2` of a Kubernetes component, `3.4.23` of etcd; nil when unknown.
  public let softwareVersion: String?
  /// The names of the headers, in lower case.
  let headers: Set<String>
  /// The body, as far as it came.
  let body: String

  /// The most bytes of an answer that are read.
  static let maximumByteCount = 16 << 10

  /// A request for the version, which is no secret.
  ///
  /// kube-apiserver and etcd tell it to anybody, others refuse in their own words.
  static func request(host: String) -> [UInt8] {
    let lines = [
      "GET /version HTTP/1.1", "Host: \(host)", "User-Agent: sealwax", "Accept: application/json",
      "Connection: close", "", "",
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  /// Reads an answer; nil for what is none.
  public init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: "HTTP/1.".utf8) else { return nil }
    let end = HTTPAnswer.endOfHead(bytes) ?? bytes.count
    let head = String(decoding: bytes[..<end], as: UTF8.self)
    let lines = head.split(whereSeparator: \.isNewline)
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2, words[1].utf8.count == 3, let status = Int(words[1]),
      (100...599).contains(status)
    else { return nil }
    self.status = status
    var headers: Set<String> = []
    var server: String?
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = line[..<colon].lowercased()
      headers.insert(name)
      if name == "server" {
        server = String(line[line.index(after: colon)...].drop { $0 == " " }.prefix(64))
      }
    }
    self.headers = headers
    self.server = server
    let body = String(decoding: bytes[end...], as: UTF8.self)
    self.body = body
    softwareVersion =
      HTTPAnswer.field("gitVersion", of: body) ?? HTTPAnswer.field("etcdserver", of: body)
  }

  /// Whether an answer is whole, or whole enough: all of what its length says, or all of the limit.
  public static func isEnough(_ bytes: [UInt8]) -> Bool {
    if bytes.count >= 5, !bytes.starts(with: "HTTP/".utf8) { return true }
    guard let end = endOfHead(bytes) else { return false }
    let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
    for line in head.split(whereSeparator: \.isNewline) where line.hasPrefix("content-length:") {
      let digits = line.dropFirst("content-length:".count).drop { $0 == " " }
      if let count = Int(digits) { return bytes.count - end >= count }
    }
    return false
  }

  /// Where the body begins.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    let mark = Array("\r\n\r\n".utf8)
    guard bytes.count >= mark.count else { return nil }
    for start in 0...(bytes.count - mark.count) where bytes[start] == mark[0] {
      if bytes[start..<start + mark.count].elementsEqual(mark) { return start + mark.count }
    }
    return nil
  }

  /// The text of a field of a JSON object, found by its name: the objects are flat and ours to show,
  /// not to trust.
  private static func field(_ name: String, of body: String) -> String? {
    let parts = body.split(separator: "\"", omittingEmptySubsequences: false)
    for index in parts.indices where parts[index] == name && index + 2 < parts.count {
      guard parts[index + 1].allSatisfy({ $0 == ":" || $0.isWhitespace }) else { continue }
      return String(parts[index + 2].prefix(64))
    }
    return nil
  }

  /// Whether the body is a Kubernetes `Status`, which its API servers answer with.
  var isKubernetesStatus: Bool {
    body.contains("\"kind\"") && body.contains("\"Status\"") && body.contains("\"apiVersion\"")
  }
}
