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

  /// Lends the `sockaddr`.
  func withPointer<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result?
  ) -> Result? {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return nil
      }
      return unsafe body(start, socklen_t(bytes.count))
    }
  }

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
    guard let address = unsafe info.ai_addr else { return nil }
    let bytes = unsafe Array(UnsafeRawBufferPointer(start: address, count: Int(byteCount)))
    self.init(family: family, bytes)
  }

  /// What `ask` writes: an address of a socket; nil when it is none of IPv4 or IPv6.
  init?(
    asking ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) {
    var storage = sockaddr_storage()
    var byteCount = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let bytes: [UInt8]? = unsafe withUnsafeMutablePointer(to: &storage) { start in
      let result = unsafe start.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe ask($0, &byteCount)
      }
      guard result == 0, byteCount <= socklen_t(MemoryLayout<sockaddr_storage>.size) else {
        return nil
      }
      return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(byteCount)))
    }
    guard let bytes else { return nil }
    self.init(family: Int32(storage.ss_family), bytes)
  }

  private init?(family: Int32, _ bytes: [UInt8]) {
    guard family == AF_INET || family == AF_INET6 else { return nil }
    self.family = family
    self.bytes = bytes
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let result = unsafe bytes.withUnsafeBytes { bytes in
      guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return EAI_FAMILY
      }
      return unsafe getnameinfo(
        start, socklen_t(bytes.count), &host, socklen_t(host.count), &port,
        socklen_t(port.count), NI_NUMERICHOST | NI_NUMERICSERV)
    }
    guard result == 0, let host = SocketAddress.text(host), let port = SocketAddress.text(port)
    else { return nil }
    description = family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    isLocal = family == AF_INET6 ? host == "::1" : host.hasPrefix("127.")
  }

  private static func text(_ characters: [CChar]) -> String? {
    String(validating: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
