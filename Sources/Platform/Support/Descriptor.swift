internal import CPlatform
internal import Glibc

/// An open file, pipe or folder of ours, closed at the end of its life.
///
/// Close-on-exec, always: a child gets only what it is given.
struct Descriptor: ~Copyable, Sendable {
  let number: Int32

  /// Takes over an open descriptor.
  init(owning number: Int32) { self.number = number }

  deinit {
    // Linux frees the number even when it reports an error; what must be on disk was synced before.
    _ = close(number)
  }

  /// Opens a file or folder.
  static func open(
    _ path: String, _ flags: Int32, mode: mode_t = 0, for operation: String = "open"
  ) throws(PlatformError) -> Descriptor {
    let number = try unsafe checkedPath(operation, path) {
      unsafe Glibc.open($0, flags | O_CLOEXEC | O_NOCTTY, mode)
    }
    return Descriptor(owning: number)
  }

  /// A new number for the same open file, above the standard three.
  static func duplicate(_ number: Int32) throws(PlatformError) -> Descriptor {
    let number = try checked("duplicate a descriptor") {
      fcntl(number, F_DUPFD_CLOEXEC, 10)
    }
    return Descriptor(owning: number)
  }

  /// A pipe: first the end to read from, then the end to write to.
  static func pipe() throws(PlatformError) -> (reader: Int32, writer: Int32) {
    var ends: (Int32, Int32) = (-1, -1)
    try checked("make a pipe") { unsafe sealwax_pipe(&ends.0, &ends.1) }
    return (ends.0, ends.1)
  }

  /// Lets reads and writes return at once instead of waiting.
  func makeNonblocking() throws(PlatformError) {
    let flags = try checked("set up a pipe") { fcntl(number, F_GETFL) }
    try checked("set up a pipe") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
  }

  /// Gives up ownership without closing.
  consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }
}
