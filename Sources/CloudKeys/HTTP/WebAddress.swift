/// The address of a service: `http` or `https`, a host, a port, a path; nothing else.
struct WebAddress: Hashable, Sendable {
  let isEncrypted: Bool
  /// Lower case; in brackets when it is an address of IPv6.
  let host: String
  let port: Int
  /// With its query, from the first `/`; empty for none.
  let path: String

  /// Reads an address; nil when it has a user, a fragment, or anything that is not plainly an address.
  init?(_ text: String) {
    let lower = text.lowercased()
    let start: Int
    if lower.hasPrefix("https://") {
      (isEncrypted, start) = (true, 8)
    } else if lower.hasPrefix("http://") {
      (isEncrypted, start) = (false, 7)
    } else {
      return nil
    }
    let rest = text.dropFirst(start)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    path = String(rest.dropFirst(authority.count))
    guard path.utf8.allSatisfy(Self.isPathByte), path.isEmpty || path.hasPrefix("/") else {
      return nil
    }
    var host = authority.lowercased()
    var port = isEncrypted ? 443 : 80
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
      let digits = host[host.index(after: colon)...]
      guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = Int(digits), (1...65_535).contains(number)
      else { return nil }
      port = number
      host = String(host[..<colon])
    }
    guard Self.isHost(host) else { return nil }
    self.host = host
    self.port = port
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte)
      && ![0x22, 0x23, 0x3c, 0x3e, 0x5c, 0x5e, 0x60, 0x7b, 0x7c, 0x7d].contains(byte)
  }

  private static func isHost(_ host: String) -> Bool {
    if host.hasPrefix("["), host.hasSuffix("]"), host.count > 2 {
      return host.dropFirst().dropLast().allSatisfy { $0 == ":" || $0 == "." || $0.isHexDigit }
    }
    return !host.isEmpty && host.utf8.count <= 253 && !host.hasPrefix(".") && !host.hasPrefix("-")
      && host.utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e
      }
  }

  /// Scheme, host and port, and nothing after them.
  var origin: String {
    let standard = isEncrypted ? 443 : 80
    return (isEncrypted ? "https://" : "http://") + authority(without: standard)
  }

  /// What the header `Host` says.
  var authority: String { authority(without: isEncrypted ? 443 : 80) }

  private func authority(without standard: Int) -> String {
    port == standard ? host : "\(host):\(port)"
  }

  /// The whole address.
  var text: String { origin + (path.isEmpty ? "/" : path) }

  /// The same server, another path.
  func with(path: String) -> WebAddress? { WebAddress(origin + path) }

  /// The address with a path behind its own.
  func appending(_ path: String) -> WebAddress? {
    var base = self.path
    while base.hasSuffix("/") { base.removeLast() }
    return with(path: base + path)
  }

  /// Whether the host is this machine.
  var isLoopback: Bool {
    host == "localhost" || host == "[::1]" || (numbers.map { $0[0] == 127 } ?? false)
  }

  /// Whether the host is on the link: where clouds have the servers that give machines their
  /// credentials.
  var isLinkLocal: Bool {
    if let numbers { return numbers[0] == 169 && numbers[1] == 254 }
    return host == "[fd00:ec2::254]" || host == "[fd00:ec2::23]"
  }

  /// The four numbers of an address of IPv4.
  private var numbers: [UInt8]? {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.count <= 3 ? UInt8($0) : nil }
    return parts.count == 4 && numbers.count == 4 ? numbers : nil
  }

  /// Whether the host is one of these or below one.
  func isWithin(_ domains: [String]) -> Bool {
    domains.contains { host == $0 || host.hasSuffix("." + $0) }
  }
}
