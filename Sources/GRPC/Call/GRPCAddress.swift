internal import Platform

/// Where a server is: `tcp://HOST:PORT`, or `unix:///PATH`.
public struct GRPCAddress: Sendable, Hashable, CustomStringConvertible {
  private enum Place: Sendable, Hashable {
    case unix(String)
    case tcp(host: String, port: UInt16)
  }

  private let place: Place

  /// Reads an address; brackets around a host of IPv6.
  ///
  /// - Throws: `.malformedAddress`.
  public init(_ text: String) throws(GRPCError) {
    if text.hasPrefix("unix:") {
      var path = text.dropFirst(5)
      if path.hasPrefix("//") { path = path.dropFirst(2) }
      guard !path.isEmpty, (try? SocketAddress(unixPath: String(path))) != nil else {
        throw GRPCAddress.malformed(text)
      }
      place = .unix(String(path))
      return
    }
    guard text.hasPrefix("tcp://"), let parts = HostAndPort(String(text.dropFirst(6))),
      !parts.host.isEmpty, parts.port != 0
    else { throw GRPCAddress.malformed(text) }
    place = .tcp(host: parts.host, port: parts.port)
  }

  private static func malformed(_ text: String) -> GRPCError {
    GRPCError(
      .malformedAddress,
      "'\(escapedForTerminal(String(text.prefix(200))))' is neither tcp://HOST:PORT nor unix:///PATH"
    )
  }

  /// The sockets to be tried.
  func sockets(_ deadline: Deadline) throws(PlatformError) -> [SocketAddress] {
    switch place {
    case .unix(let path): [try SocketAddress(unixPath: path)]
    case .tcp(let host, let port):
      try NameResolution.addresses(of: host, port: port, deadline: deadline)
    }
  }

  /// Whether what is sent stays on this machine, as far as the address itself tells.
  public var isLocal: Bool {
    guard case .tcp(let host, _) = place else { return true }
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    guard NameResolution.isAddress(host),
      let found = try? NameResolution.addresses(
        of: host, port: 1, deadline: Deadline(after: .seconds(1)))
    else { return false }
    return found.allSatisfy(\.isLocal)
  }

  /// What the header `:authority` says.
  var authority: String {
    guard case .tcp(let host, let port) = place else { return "localhost" }
    return HostAndPort(host: host, port: port).description
  }

  /// The address as it is written; not escaped.
  public var description: String {
    switch place {
    case .unix(let path): "unix://\(path)"
    case .tcp: "tcp://\(authority)"
    }
  }
}

/// `HOST:PORT`, with brackets around a host of IPv6.
public struct HostAndPort: Sendable, Hashable, CustomStringConvertible {
  /// The host, without brackets; empty where none is named.
  public let host: String
  /// The port.
  public let port: UInt16

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads one; nil when it is none.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    var host = text[..<colon]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = UInt16(digits)
    else { return nil }
    if host.hasPrefix("["), host.hasSuffix("]"), host.count > 2 {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard host.utf8.allSatisfy({ (0x21...0x7e).contains($0) && !"/?#@[]\\".utf8.contains($0) })
    else { return nil }
    self.host = String(host)
    self.port = port
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
