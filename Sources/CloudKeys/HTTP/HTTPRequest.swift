internal import CryptoCore
internal import Platform

/// A request, kept as the configuration that `curl` reads: credentials and bodies are in wiped memory.
struct HTTPRequest: ~Copyable {
  enum Method: String {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
  }

  /// How long it may take.
  enum Patience {
    /// A service.
    case service
    /// A server on the link, which most machines do not have.
    case metadata
    /// A service that takes a whole file.
    case upload

    /// The most seconds until it is connected, and altogether.
    fileprivate var limits: (connect: String, all: String) {
      switch self {
      case .service: ("10", "60")
      case .metadata: ("1", "3")
      case .upload: ("10", "900")
      }
    }
  }

  /// Where it goes.
  let address: WebAddress
  private(set) var configuration = WipedBuffer(capacity: 4096)
  /// A large body, which curl reads from memory.
  private var upload: MemoryFile?
  /// The descriptors that curl gets: its number for the large body, and ours.
  private(set) var passed: [Int32: Int32] = [:]
  /// The descriptor of a large body in curl.
  static let uploadNumber: Int32 = 3

  /// Makes a request.
  ///
  /// - Parameter allowsPlaintext: Whether the user has named the address, so that `http` will do; this
  ///   machine and the link may always be talked to in plaintext.
  /// - Throws: `.untrustedAddress` for `http` where it will not do.
  init(
    _ method: Method, _ address: WebAddress, _ patience: Patience = .service,
    allowsPlaintext: Bool = false
  ) throws(CloudError) {
    guard address.isEncrypted || allowsPlaintext || address.isLoopback || address.isLinkLocal
    else {
      throw CloudError(
        .untrustedAddress,
        "nothing secret is sent to \(address.origin) in plaintext: use https")
    }
    self.address = address
    // -X alone would be kept on a redirect; none is followed.
    set("url", address.text)
    set("request", method.rawValue)
    set("proto", address.isEncrypted ? "=https" : "=http")
    set("max-redirs", "0")
    set("connect-timeout", patience.limits.connect)
    set("max-time", patience.limits.all)
    // What is on this machine or the link is not behind a proxy.
    if address.isLoopback || address.isLinkLocal || patience == .metadata { set("noproxy", "*") }
    configuration.append("tlsv1.2\nsilent\ngloboff\n")
    set("write-out", "\n%{http_code}")
  }

  /// Sets an option to a public text.
  private mutating func set(_ option: StaticString, _ value: String) {
    set(option, "", Array(value.utf8).span)
  }

  /// Appends an option: in quotes, as curl's manual has it under `--config`.
  private mutating func set(_ option: StaticString, _ prefix: StaticString, _ value: Span<UInt8>) {
    configuration.append(option)
    configuration.append(" = \"")
    configuration.append(prefix)
    for index in value.indices {
      switch value[index] {
      case UInt8(ascii: "\""): configuration.append("\\\"")
      case UInt8(ascii: "\\"): configuration.append("\\\\")
      case UInt8(ascii: "\n"): configuration.append("\\n")
      case UInt8(ascii: "\r"): configuration.append("\\r")
      case UInt8(ascii: "\t"): configuration.append("\\t")
      default: configuration.append(value[index])
      }
    }
    configuration.append("\"\n")
  }

  /// Sets a header: its name with a colon and a space.
  ///
  /// - Throws: `.notConfigured` when the value cannot stand in a header.
  mutating func setHeader(_ name: StaticString, _ value: Span<UInt8>) throws(CloudError) {
    for index in value.indices where !(0x20...0x7e).contains(value[index]) {
      throw CloudError(
        .notConfigured, "a credential has a line break or another byte that no header can have")
    }
    set("header", name, value)
  }

  /// Sets a header.
  ///
  /// - Throws: `.notConfigured` as above.
  mutating func setHeader(_ name: StaticString, _ value: String) throws(CloudError) {
    try setHeader(name, Array(value.utf8).span)
  }

  /// Sets a header to a secret behind a word.
  ///
  /// - Throws: `.notConfigured` as above.
  mutating func setHeader(
    _ name: StaticString, _ value: Secret, after word: StaticString = ""
  ) throws(CloudError) {
    var text = WipedBuffer()
    text.append(word)
    value.lend { text.append($0) }
    try setHeader(name, text.bytes)
  }

  /// Sets the body and its type.
  mutating func setBody(_ bytes: Span<UInt8>, type: StaticString) throws(CloudError) {
    set("header", "Content-Type: ", Array("\(type)".utf8).span)
    set("data-raw", "", bytes)
  }

  /// Sets a body of any size and its type.
  mutating func setUpload(_ bytes: Span<UInt8>, type: StaticString) throws(CloudError) {
    let file: MemoryFile
    do { file = try MemoryFile(named: "upload", contents: bytes) } catch {
      throw CloudError(.cryptoFailure, "\(error)")
    }
    passed = [Self.uploadNumber: file.descriptor]
    upload = consume file
    set("header", "Content-Type: ", Array("\(type)".utf8).span)
    // Not every server answers what curl would ask first.
    set("header", "Expect:")
    set("upload-file", "/proc/self/fd/\(Self.uploadNumber)")
  }

  /// Sets what the user has for this server: authorities, a client's certificate and its key.
  mutating func setFiles(_ files: TLSFiles) {
    if let path = files.authorities { set("cacert", path) }
    if let path = files.authorityFolder { set("capath", path) }
    if let path = files.certificate { set("cert", path) }
    if let path = files.key { set("key", path) }
  }
}

/// Files for the TLS of one service, by their paths.
struct TLSFiles: Sendable {
  var authorities: String?
  var authorityFolder: String?
  var certificate: String?
  var key: String?
}
