/// Where a client connects to.
struct Endpoint {
  let scheme: String
  /// Without brackets.
  let host: String
  let port: String

  /// Takes a URL, or a host with a port, apart.
  init(_ text: String) {
    var rest = text[...]
    if let range = text.firstRange(of: "://") {
      scheme = text[..<range.lowerBound].lowercased()
      rest = text[range.upperBound...]
    } else {
      scheme = ""
    }
    if scheme == "unix" || scheme == "unixs" {
      host = ""
      port = ""
      return
    }
    rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
      host = String(rest[rest.index(after: rest.startIndex)..<close])
      port = String(rest[rest.index(after: close)...].drop { $0 == ":" })
    } else if let colon = rest.lastIndex(of: ":"), rest.firstIndex(of: ":") == colon {
      host = String(rest[..<colon])
      port = String(rest[rest.index(after: colon)...])
    } else {
      host = String(rest)
      port = ""
    }
  }

  /// Whether it stays within the host.
  var isLoopback: Bool {
    host == "localhost" || host.hasPrefix("127.") || host == "::1" || isSocket
  }

  /// Whether it is a socket of the file system.
  var isSocket: Bool { scheme == "unix" || scheme == "unixs" }

  /// Whether it is every address of the host.
  var isAny: Bool { host == "0.0.0.0" || host == "::" || host.isEmpty }
}
