public import CryptoCore
internal import Glibc

/// A connected stream socket, closed at the end of its life; close-on-exec, and never waited for
/// beyond a deadline.
public struct StreamSocket: ~Copyable, Sendable {
  private let descriptor: Descriptor
  /// Where it is connected to.
  public let peer: SocketAddress

  /// Takes over a descriptor that is connected and does not block.
  init(_ descriptor: consuming Descriptor, _ peer: SocketAddress) {
    self.descriptor = descriptor
    self.peer = peer
  }

  /// Its number.
  var number: Int32 { descriptor.number }

  /// Connects to the first of several addresses that takes the connection.
  ///
  /// Each gets its share of the time, so that one that swallows packets leaves some for the others.
  ///
  /// - Throws: for the last address: `.timedOut`, `.connectionRefused`, `.unreachable`, `.notFound`
  ///   (a path), ...
  public static func connect(
    to addresses: [SocketAddress], deadline: Deadline
  ) throws(PlatformError) -> StreamSocket {
    var failure = PlatformError(.unknownHost, operation)
    for (index, address) in addresses.enumerated() {
      let share = deadline.remaining / (addresses.count - index)
      do throws(PlatformError) {
        return try connect(to: address, deadline: Deadline(after: share).earlier(deadline))
      } catch { failure = error }
    }
    throw failure
  }

  private static let operation = "connect to"

  private static func connect(
    to address: SocketAddress, deadline: Deadline
  ) throws(PlatformError) -> StreamSocket {
    let name = address.description
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let number = try checked(operation, path: name) { socket(address.family, Int32(kind), 0) }
    let descriptor = Descriptor(owning: number)
    let result = unsafe address.withPointer { unsafe Glibc.connect(number, $0, $1) }
    if result != 0 {
      // An interrupted connect goes on by itself.
      guard errno == EINPROGRESS || errno == EINTR else {
        throw PlatformError(errno: errno, operation, path: name)
      }
      guard try wait(for: .writable, on: number, until: deadline) else {
        throw PlatformError(.timedOut, operation, path: name)
      }
      var error: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      try checked(operation, path: name) {
        unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &size)
      }
      if error != 0 { throw PlatformError(errno: error, operation, path: name) }
    }
    return StreamSocket(descriptor, address)
  }

  private static func wait(
    for events: Poll.Events, on number: Int32, until deadline: Deadline
  ) throws(PlatformError) -> Bool {
    var requests = [pollfd(fd: number, events: events.rawValue, revents: 0)]
    return try Poll.wait(&requests, milliseconds: deadline.milliseconds)
  }

  /// Reads what has come, at most `limit` bytes: public ones, since an array is not wiped.
  ///
  /// - Returns: empty at the end of the stream; nil when nothing came until the deadline.
  /// - Throws: `.connectionReset`, ...
  public func read(upTo limit: Int, deadline: Deadline) throws(PlatformError) -> [UInt8]? {
    while true {
      do throws(PlatformError) {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = try checked("read from", path: peer.description) {
          unsafe recv(number, &bytes, limit, 0)
        }
        bytes.removeLast(limit - count)
        return bytes
      } catch  where error.errno == EAGAIN {
        guard try StreamSocket.wait(for: .readable, on: number, until: deadline) else {
          return nil
        }
      }
    }
  }

  /// Appends what has come, at most `limit` bytes.
  ///
  /// - Returns: how many bytes came, 0 at the end of the stream; nil when nothing came until the
  ///   deadline.
  /// - Throws: `.connectionReset`, ...
  public func read(
    upTo limit: Int, appendingTo buffer: inout WipedBuffer, deadline: Deadline
  ) throws(PlatformError) -> Int? {
    while true {
      do throws(PlatformError) {
        return try unsafe buffer.appendUnsafe(upTo: limit) { (room) throws(PlatformError) in
          try checked("read from", path: peer.description) {
            unsafe recv(number, room.baseAddress, room.count, 0)
          }
        }
      } catch  where error.errno == EAGAIN {
        guard try StreamSocket.wait(for: .readable, on: number, until: deadline) else {
          return nil
        }
      }
    }
  }

  /// Writes all of some public bytes.
  ///
  /// - Throws: `.timedOut`, `.brokenPipe`, `.connectionReset`, ...
  public func write(_ bytes: [UInt8], deadline: Deadline) throws(PlatformError) {
    try write(bytes.span, deadline: deadline)
  }

  /// Writes all of some bytes.
  ///
  /// - Throws: `.timedOut`, `.brokenPipe`, `.connectionReset`, ...
  public func write(_ bytes: Span<UInt8>, deadline: Deadline) throws(PlatformError) {
    var offset = 0
    while offset < bytes.count {
      let rest = bytes.extracting(offset...)
      do throws(PlatformError) {
        offset += try checked("write to", path: peer.description) {
          unsafe rest.withUnsafeBufferPointer {
            unsafe send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
          }
        }
      } catch  where error.errno == EAGAIN {
        guard try StreamSocket.wait(for: .writable, on: number, until: deadline) else {
          throw PlatformError(.timedOut, "write to", path: peer.description)
        }
      }
    }
  }
}
