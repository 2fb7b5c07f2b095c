internal import Glibc

/// Waiting for descriptors.
enum Poll {
  /// What to wait for.
  struct Events: OptionSet {
    let rawValue: Int16
    static let readable = Events(rawValue: Int16(POLLIN))
    static let writable = Events(rawValue: Int16(POLLOUT))
    static let anything = Events(rawValue: ~0)
  }

  /// Waits until one descriptor is ready, has ended or failed.
  static func wait(for events: Events, on descriptor: Int32) throws(PlatformError) {
    var requests = [pollfd(fd: descriptor, events: events.rawValue, revents: 0)]
    _ = try wait(&requests, milliseconds: -1)
  }

  /// Waits until any is ready; returns whether one is, false when the time is over.
  ///
  /// A request with descriptor -1 is skipped. Negative `milliseconds` wait for ever.
  static func wait(_ requests: inout [pollfd], milliseconds: Int32) throws(PlatformError) -> Bool {
    let count = requests.count
    return try checked("wait for input") {
      unsafe requests.withUnsafeMutableBufferPointer {
        unsafe poll($0.baseAddress, nfds_t(count), milliseconds)
      }
    } > 0
  }
}
