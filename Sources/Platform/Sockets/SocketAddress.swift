internal import Glibc

/// Where a stream socket connects to: an IPv4 or IPv6 address with a port, or a path.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
  let family: Int32
  /// The `sockaddr` as the kernel takes it.
  let bytes: [UInt8]
  /// For people: `127.0.0.1:6443`, `[::1]:6443`, `unix:/run/kms.sock`; not escaped.
  public let description: String

  /// Whether the host itself is at the other end: a path, 127.0.0.0/8 or ::1.
  public let isLocal: Bool

  /// A unix socket; a leading '@' names one of the abstract namespace (unix(7)).
  ///
  /// - Throws: `.invalidName` for an empty path, one with a NUL byte or of more than 107 bytes.
  public init(unixPath path: String) throws(PlatformError) {
    var address = sockaddr_un()
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    var name = Array(path.utf8)
    guard !name.isEmpty, !name.contains(0), name.count < capacity else {
      throw PlatformError(.invalidName, "connect to", path: path)
    }
    let isAbstract = name[0] == UInt8(ascii: "@")
    if isAbstract { name[0] = 0 }
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let start = MemoryLayout<sockaddr_un>.size - capacity
    // An abstract name has no NUL at its end: what is counted is the name.
    let length = start + name.count + (isAbstract ? 0 : 1)
    family = AF_UNIX
    bytes = unsafe withUnsafeBytes(of: &address) { unsafe Array($0.prefix(length)) }
    description = "unix:" + path
    isLocal = true
  }

  /// What the resolver gave; nil for other families and addresses that cannot be shown.
  init?(_ info: addrinfo) {
    let (family, byteCount) = unsafe (info.ai_family, info.ai_addrlen)
    guard family == AF_INET || family == AF_INET6,
      let address = unsafe info.ai_addr
    else { return nil }
    self.family = family
    bytes = unsafe Array(UnsafeRawBufferPointer(start: address, count: Int(byteCount)))
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let result = unsafe getnameinfo(
      address, byteCount, &host, socklen_t(host.count), &port, socklen_t(port.count),
      NI_NUMERICHOST | NI_NUMERICSERV)
    guard result == 0, let host = SocketAddress.text(host), let port = SocketAddress.text(port)
    else { return nil }
    description = family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    isLocal = family == AF_INET6 ? host == "::1" : host.hasPrefix("127.")
  }

  private static func text(_ characters: [CChar]) -> String? {
    String(validating: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
