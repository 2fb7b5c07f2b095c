/// URLs as Go's `net/url.Parse` reads them, as far as an endpoint goes.
struct GoURL {
  /// In lower case; empty for none.
  let scheme: String
  /// The host and what stands before it, as written.
  let authority: String
  /// The path, with escapes as written.
  let path: String
  /// What stands behind the scheme when no `/` does.
  let opaque: String
  /// Whether there is a query or a fragment.
  let hasMore: Bool

  /// Why a text is none.
  struct Problem: Error {
    /// As Go says it.
    let message: String
  }

  init(_ text: String) throws(Problem) {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count > 1 { try Self.checkEscapes(Array(parts[1].utf8)) }
    guard !parts[0].utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
      throw Problem(message: "net/url: invalid control character in URL")
    }
    var rest: Substring
    (scheme, rest) = try Self.scheme(of: parts.first ?? "")
    var hasMore = parts.count > 1
    if let query = rest.firstIndex(of: "?") {
      hasMore = true
      rest = rest[..<query]
    }
    self.hasMore = hasMore
    guard rest.hasPrefix("/") else {
      authority = ""
      if !scheme.isEmpty {
        opaque = String(rest)
        path = ""
        return
      }
      guard
        !(rest.split(separator: "/", omittingEmptySubsequences: false).first ?? "").contains(":")
      else { throw Problem(message: "first path segment in URL cannot contain colon") }
      opaque = ""
      path = String(rest)
      try Self.checkEscapes(Array(rest.utf8))
      return
    }
    opaque = ""
    if rest.hasPrefix("//"), !scheme.isEmpty || !rest.hasPrefix("///") {
      let inner = rest.dropFirst(2)
      let end = inner.firstIndex(of: "/") ?? inner.endIndex
      authority = String(inner[..<end])
      rest = inner[end...]
      try Self.check(authority: authority)
    } else {
      authority = ""
    }
    path = String(rest)
    try Self.checkEscapes(Array(rest.utf8))
  }

  private static func scheme(
    of text: Substring
  ) throws(Problem) -> (scheme: String, rest: Substring) {
    for (index, byte) in zip(text.utf8.indices, text.utf8) {
      switch byte {
      case 0x61...0x7a, 0x41...0x5a: continue
      case 0x30...0x39, 0x2b, 0x2d, 0x2e:
        if index == text.startIndex { return ("", text) }
      case 0x3a:
        guard index != text.startIndex else { throw Problem(message: "missing protocol scheme") }
        return (text[..<index].lowercased(), text[text.utf8.index(after: index)...])
      default: return ("", text)
      }
    }
    return ("", text)
  }

  private static func check(authority: String) throws(Problem) {
    var host = Substring(authority)
    if let at = authority.lastIndex(of: "@") {
      let user = authority[..<at]
      host = authority[authority.index(after: at)...]
      let allowed = "-._:~!$&'()*+,;=%@"
      for scalar in user.unicodeScalars {
        let isPlain =
          scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        guard isPlain || allowed.unicodeScalars.contains(scalar) else {
          throw Problem(message: "net/url: invalid userinfo")
        }
      }
      try checkEscapes(Array(user.utf8))
    }
    if host.hasPrefix("[") {
      guard let close = host.lastIndex(of: "]") else {
        throw Problem(message: "missing ']' in host")
      }
      try check(port: host[host.index(after: close)...])
    } else if let colon = host.lastIndex(of: ":") {
      try check(port: host[colon...])
    }
    let allowed = "-_.~!$&'()*+,;=:[]<>\"%"
    for scalar in host.unicodeScalars where scalar.isASCII {
      let isPlain = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      guard isPlain || allowed.unicodeScalars.contains(scalar) else {
        throw Problem(message: "invalid character \"\(scalar)\" in host name")
      }
    }
    try checkEscapes(Array(host.utf8), isHost: true)
  }

  private static func check(port: Substring) throws(Problem) {
    guard
      port.isEmpty
        || (port.first == ":" && port.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) })
    else { throw Problem(message: "invalid port \"\(port)\" after host") }
  }

  private static func checkEscapes(_ bytes: [UInt8], isHost: Bool = false) throws(Problem) {
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "%") else {
        index += 1
        continue
      }
      guard index + 2 < bytes.count, isHex(bytes[index + 1]), isHex(bytes[index + 2]) else {
        let shown = String(decoding: bytes[index..<min(index + 3, bytes.count)], as: UTF8.self)
        throw Problem(message: "invalid URL escape \"\(shown)\"")
      }
      // Of ASCII, a host may escape `%` alone.
      if isHost, bytes[index + 1] < UInt8(ascii: "8"),
        bytes[(index + 1)...(index + 2)] != Array("25".utf8)[...]
      {
        throw Problem(message: "invalid URL escape in host")
      }
      index += 3
    }
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }
}
