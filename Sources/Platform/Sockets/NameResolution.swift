internal import CPlatform
internal import Glibc
internal import Synchronization

/// From names of hosts to addresses: /etc/hosts, then the name servers of /etc/resolv.conf.
///
/// Other sources that /etc/nsswitch.conf may name are modules, which a static program must not load:
/// a module brings its own C library with it.
public enum NameResolution {
  /// The addresses of a host, in the order in which they are to be tried (RFC 6724); at most 16.
  ///
  /// - Parameter host: a name, or an address as text, IPv6 without brackets.
  /// - Throws: `.unknownHost`, `.timedOut`, `.invalidName`, `.other`.
  public static func addresses(
    of host: String, port: UInt16, deadline: Deadline
  ) throws(PlatformError) -> [SocketAddress] {
    guard !host.isEmpty, !host.utf8.contains(0), host.utf8.count <= maximumNameByteCount else {
      throw PlatformError(.invalidName, operation, path: host)
    }
    if case .found(let literal) = ask(host, port, flags: AI_NUMERICHOST) { return literal }
    return try Lookup(host, port).wait(until: deadline)
  }

  /// Whether a text is an IPv4 or IPv6 address and no name.
  public static func isAddress(_ host: String) -> Bool {
    guard !host.isEmpty, !host.utf8.contains(0) else { return false }
    if case .found = ask(host, 0, flags: AI_NUMERICHOST) { return true }
    return false
  }

  static let operation = "find the address of"
  private static let maximumAddressCount = 16
  private static let maximumNameByteCount = 1024

  /// Whether the resolver will load no module.
  private static let isConfigured = sealwax_resolve_without_modules() == 0

  enum Answer: Sendable {
    case found([SocketAddress])
    case failed(Int32, errno: Int32)
  }

  /// Asks the C library, which waits for the name servers as long as resolv.conf(5) says.
  static func ask(_ host: String, _ port: UInt16, flags: Int32) -> Answer {
    guard isConfigured else { return .failed(EAI_SYSTEM, errno: ENOSYS) }
    var wanted = unsafe addrinfo()
    unsafe wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe wanted.ai_flags = flags | AI_NUMERICSERV
    var first: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, String(port), &wanted, &first)
    guard result == 0, let first = unsafe first else { return .failed(result, errno: errno) }
    defer { unsafe freeaddrinfo(first) }
    var addresses: [SocketAddress] = []
    var next: UnsafeMutablePointer<addrinfo>? = unsafe first
    while let info = unsafe next, addresses.count < maximumAddressCount {
      if let address = unsafe SocketAddress(info.pointee), !addresses.contains(address) {
        addresses.append(address)
      }
      unsafe next = info.pointee.ai_next
    }
    return addresses.isEmpty ? .failed(EAI_NONAME, errno: 0) : .found(addresses)
  }
}

/// A question to the C library on a thread of its own, which may take longer than its asker waits.
private final class Lookup: Sendable {
  private let answer = Mutex<NameResolution.Answer?>(nil)
  private let host: String
  private let reader: Descriptor
  private let writer: Descriptor

  init(_ host: String, _ port: UInt16) throws(PlatformError) {
    let ends = try Descriptor.pipe()
    reader = Descriptor(owning: ends.reader)
    writer = Descriptor(owning: ends.writer)
    self.host = host
    // The thread keeps this object, and so the pipe, until it is done.
    guard let thread = Thread({ [self] in run(port) }) else {
      throw PlatformError(errno: EAGAIN, NameResolution.operation, path: host)
    }
    thread.detach()
  }

  private func run(_ port: UInt16) {
    let found = NameResolution.ask(host, port, flags: 0)
    answer.withLock { $0 = found }
    var byte: UInt8 = 0
    _ = unsafe write(writer.number, &byte, 1)
  }

  func wait(until deadline: Deadline) throws(PlatformError) -> [SocketAddress] {
    var requests = [pollfd(fd: reader.number, events: Int16(POLLIN), revents: 0)]
    let isDone = try Poll.wait(&requests, milliseconds: deadline.milliseconds)
    guard isDone, let answer = answer.withLock({ $0 }) else {
      throw PlatformError(.timedOut, NameResolution.operation, path: host)
    }
    switch answer {
    case .found(let addresses): return addresses
    case .failed(EAI_AGAIN, _):
      throw PlatformError(.noNameServer, NameResolution.operation, path: host)
    case .failed(EAI_SYSTEM, let error) where error != 0:
      throw PlatformError(errno: error, NameResolution.operation, path: host)
    case .failed:
      throw PlatformError(.unknownHost, NameResolution.operation, path: host)
    }
  }
}
