internal import CPlatform
internal import Glibc

/// A socket that takes connections; a unix socket's file goes with it.
public struct ListeningSocket: ~Copyable, Sendable {
  private let descriptor: Descriptor
  private let file: SocketFile?
  /// Where it listens, with the port that the system chose where none was named.
  public let address: SocketAddress

  private init(
    _ descriptor: consuming Descriptor, _ address: SocketAddress, file: consuming SocketFile?
  ) {
    self.descriptor = descriptor
    self.address = address
    self.file = file
  }

  private static let operation = "listen at"
  private static let backlog: Int32 = 128

  /// Listens at a unix socket that is its owner's alone.
  ///
  /// - Throws: `.invalidName`, also for a name of the abstract namespace, which any user can connect
  ///   to; `.alreadyExists` when there is a file that is not a dead socket of this user; ...
  public static func listen(unixPath path: String) throws(PlatformError) -> ListeningSocket {
    guard !path.hasPrefix("@"), let address = try? SocketAddress(unixPath: path) else {
      throw PlatformError(.invalidName, operation, path: path)
    }
    let descriptor = try socket(for: address)
    try SocketFile.protect(descriptor, path)
    do throws(PlatformError) { try bind(descriptor, to: address) } catch {
      guard error.errno == EADDRINUSE else { throw error }
      guard SocketFile.removeIfDead(path, address) else {
        throw PlatformError(.alreadyExists, operation, path: path)
      }
      try bind(descriptor, to: address)
    }
    let file = try SocketFile(path)
    try listen(descriptor, address)
    return ListeningSocket(descriptor, address, file: file)
  }

  /// Listens at the first of several addresses that can be had.
  ///
  /// - Throws: for the last address.
  public static func listen(
    to addresses: [SocketAddress]
  ) throws(PlatformError) -> ListeningSocket {
    var failure = PlatformError(.unknownHost, operation)
    for address in addresses {
      do throws(PlatformError) { return try listen(to: address) } catch { failure = error }
    }
    throw failure
  }

  private static func listen(to address: SocketAddress) throws(PlatformError) -> ListeningSocket {
    let descriptor = try socket(for: address)
    let number = descriptor.number
    var isReused: Int32 = 1
    try checked(operation, path: address.description) {
      unsafe setsockopt(
        number, SOL_SOCKET, SO_REUSEADDR, &isReused, socklen_t(MemoryLayout<Int32>.size))
    }
    try bind(descriptor, to: address)
    try listen(descriptor, address)
    let chosen = unsafe SocketAddress(asking: { unsafe getsockname(number, $0, $1) })
    return ListeningSocket(descriptor, chosen ?? address, file: nil)
  }

  private static func socket(for address: SocketAddress) throws(PlatformError) -> Descriptor {
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let number = try checked(operation, path: address.description) {
      Glibc.socket(address.family, Int32(kind), 0)
    }
    return Descriptor(owning: number)
  }

  private static func bind(
    _ descriptor: borrowing Descriptor, to address: SocketAddress
  ) throws(PlatformError) {
    let number = descriptor.number
    try checked(operation, path: address.description) {
      unsafe address.withPointer { unsafe Glibc.bind(number, $0, $1) } ?? -1
    }
  }

  private static func listen(
    _ descriptor: borrowing Descriptor, _ address: SocketAddress
  ) throws(PlatformError) {
    let number = descriptor.number
    try checked(operation, path: address.description) { Glibc.listen(number, backlog) }
  }

  /// The next connection; nil when a stop was asked for.
  ///
  /// - Throws: when the socket itself is of no use any more.
  public func accept(unless stop: borrowing StopRequest) throws(PlatformError) -> StreamSocket? {
    while true {
      var requests = [
        pollfd(fd: stop.number, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0),
      ]
      _ = try Poll.wait(&requests, milliseconds: -1)
      if requests[0].revents != 0 { return nil }
      do throws(PlatformError) {
        let number = try checked("take a connection at", path: address.description) {
          sealwax_accept(descriptor.number)
        }
        return StreamSocket(Descriptor(owning: number), address)
      } catch {
        switch error.errno {
        // Who wanted to connect is gone, or somebody else was faster.
        case EAGAIN, ECONNABORTED, EPROTO: continue
        // Connections end in the meantime.
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: WallClock.pause(milliseconds: 50)
        default: throw error
        }
      }
    }
  }
}
