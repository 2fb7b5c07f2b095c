internal import Platform

/// A port that the user named: `HOST:PORT`, `[ADDRESS]:PORT`, `https://HOST/`, `unix:PATH`.
public struct ProbeTarget: Sendable, Hashable, CustomStringConvertible {
  /// Where it is.
  public enum Place: Sendable, Hashable {
    /// A host, by name or address (IPv6 without brackets), and a port.
    case host(String, port: UInt16)
    /// The path of a unix socket.
    case unix(String)
  }

  /// Where it is.
  public let place: Place

  /// The port of a target that names none: kube-apiserver's.
  public static let defaultPort: UInt16 = 6443
  /// The port of an `https://` address that names none.
  public static let defaultPortOfURL: UInt16 = 443

  /// Why a text is no target: lower case, no full stop.
  public struct Problem: Error, Equatable {
    /// What is wrong.
    public let message: String
  }

  /// Reads a target.
  ///
  /// - Throws: `Problem`.
  public init(_ text: String) throws(Problem) {
    if text.hasPrefix("unix:") {
      var path = text.dropFirst("unix:".count)
      // As in a URL, `unix:///run/kms.sock`.
      while path.hasPrefix("//") { path = path.dropFirst() }
      guard !path.isEmpty, !path.utf8.contains(0) else {
        throw Problem(message: "a path is missing behind 'unix:'")
      }
      place = .unix(String(path))
      return
    }
    var rest = text[...]
    var port = ProbeTarget.defaultPort
    if let scheme = text.range(of: "://") {
      guard text[..<scheme.lowerBound].lowercased() == "https" else {
        throw Problem(message: "only 'https://' addresses can be probed")
      }
      rest = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
      guard !rest.contains("@") else {
        throw Problem(message: "an address with a user in it")
      }
      port = ProbeTarget.defaultPortOfURL
    }
    let parts = try ProbeTarget.split(rest)
    if let digits = parts.port {
      guard let number = UInt16(digits), number > 0, digits.allSatisfy(\.isASCIIDigit) else {
        throw Problem(message: "a port is a number from 1 to 65535")
      }
      port = number
    }
    // It would read as a path the next time.
    guard parts.host != "unix" else {
      throw Problem(message: "a socket is 'unix:PATH', and no host can have that name here")
    }
    guard ProbeTarget.isHost(parts.host) else {
      throw Problem(message: "neither the name nor the address of a host")
    }
    place = .host(String(parts.host), port: port)
  }

  /// The host and the digits behind it; an IPv6 address may stand without brackets when there is no
  /// port.
  private static func split(
    _ text: Substring
  ) throws(Problem) -> (host: Substring, port: Substring?) {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else {
        throw Problem(message: "a ']' is missing behind the address")
      }
      let host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":"), host.contains(":") else {
        throw Problem(message: "not an IPv6 address in brackets with a port behind it")
      }
      return (host, rest.isEmpty ? nil : rest.dropFirst())
    }
    guard let colon = text.firstIndex(of: ":") else { return (text, nil) }
    let behind = text[text.index(after: colon)...]
    return behind.contains(":") ? (text, nil) : (text[..<colon], behind)
  }

  /// Letters, digits, '-', '.' and '_' of a name; ':' and '%' of an IPv6 address with its zone.
  private static func isHost(_ host: Substring) -> Bool {
    let isAddress = host.contains(":")
    return !host.isEmpty && host.utf8.count <= 253 && !host.hasPrefix("-") && host != "."
      && host.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"):
          true
        case UInt8(ascii: ":"), UInt8(ascii: "%"): isAddress
        default: false
        }
      }
  }

  /// As it is shown, and named in findings: `node-1:10250`, `[::1]:2379`, `unix:/run/kms.sock`.
  public var description: String {
    switch place {
    case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// The port; nil for a unix socket.
  public var port: UInt16? {
    guard case .host(_, let port) = place else { return nil }
    return port
  }

  /// The host as a certificate names it, without the dot of the root and the zone of an address.
  var host: String? {
    guard case .host(let host, _) = place else { return nil }
    if host.contains(":") { return String(host.prefix { $0 != "%" }) }
    return host.hasSuffix(".") ? String(host.dropLast()) : host
  }

  /// Where to connect to.
  func addresses(_ deadline: Deadline) throws(PlatformError) -> [SocketAddress] {
    switch place {
    case .host(let host, let port):
      try NameResolution.addresses(of: host, port: port, deadline: deadline)
    case .unix(let path): [try SocketAddress(unixPath: path)]
    }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension StringProtocol {
  /// The first place of a text, without Foundation.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) {
        return start..<index(start, offsetBy: text.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
