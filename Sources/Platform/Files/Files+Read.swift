public import CryptoCore
internal import Glibc

extension Files {
  /// Reads a whole regular file.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that are accepted.
  ///   - followsLinks: whether `path` may be a symbolic link to the file.
  /// - Throws: `.isDirectory`, `.notRegularFile` (a pipe or device is not waited for), `.tooLarge`,
  ///   `.changedUnderUs` when the file changed while it was read, `.notFound`, ...
  public static func read(
    _ path: String, limit: Int, followsLinks: Bool = true
  ) throws(PlatformError) -> FileSnapshot {
    // O_NONBLOCK: opening a pipe nobody writes to must not wait; no effect on regular files.
    let flags = O_RDONLY | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW)
    let file = try Descriptor.open(path, flags, for: "read")
    let identity = try FileIdentity(descriptor: file.number, path: path)
    try requireRegular(identity, path)
    guard identity.size <= limit else {
      throw PlatformError(.tooLarge, "read", path: path, limit: limit)
    }
    // One byte more than expected: a full read that comes back short is the end of the file.
    let wholeCount = identity.size > 0 ? identity.size + 1 : 4096
    var bytes = WipedBuffer(capacity: wholeCount)
    while true {
      let left = wholeCount - bytes.count
      let wanted = left > 0 ? left : 4096
      let got = try read(file.number, atMost: wanted, appendingTo: &bytes, path)
      guard bytes.count <= limit else {
        throw PlatformError(.tooLarge, "read", path: path, limit: limit)
      }
      if got == 0 || (got < wanted && identity.size > 0 && bytes.count >= identity.size) { break }
    }
    let after = try FileIdentity(descriptor: file.number, path: path)
    // Files in /proc and the like say 0 and have bytes all the same.
    guard after.isSameVersion(as: identity), identity.size == 0 || bytes.count == identity.size
    else { throw PlatformError(.changedUnderUs, "read", path: path) }
    return FileSnapshot(
      path: path, identity: identity, bytes: bytes,
      opened: OpenedFile(file, identity, isDirect: !followsLinks))
  }

  /// Reads a pipe with a name to its end; waits for who writes into it.
  ///
  /// - Throws: `.tooLarge` above `limit` bytes, ...
  public static func readPipe(_ path: String, limit: Int) throws(PlatformError) -> WipedBuffer {
    let pipe = try Descriptor.open(path, O_RDONLY, for: "read")
    return try readAll(descriptor: pipe.number, named: path, limit: limit)
  }

  /// Reads an open descriptor to its end.
  ///
  /// - Parameters:
  ///   - name: what an error calls it.
  ///   - limit: the most bytes that are accepted.
  /// - Throws: `.tooLarge`, ...
  public static func readAll(
    descriptor: Int32, named name: String, limit: Int
  ) throws(PlatformError) -> WipedBuffer {
    var bytes = WipedBuffer(capacity: 65536)
    while try read(descriptor, atMost: 65536, appendingTo: &bytes, name) > 0 {
      guard bytes.count <= limit else {
        throw PlatformError(.tooLarge, "read", path: name, limit: limit)
      }
    }
    return bytes
  }

  /// Reads standard input to its end.
  ///
  /// - Throws: `.tooLarge` above `limit` bytes, `.usedTwice` when somebody reads it already, ...
  public static func readStandardInput(limit: Int) throws(PlatformError) -> WipedBuffer {
    try StandardInput.take()
    return try readAll(descriptor: STDIN_FILENO, named: "standard input", limit: limit)
  }

  static func requireRegular(
    _ identity: FileIdentity, _ path: String, _ operation: String = "read"
  ) throws(PlatformError) {
    switch identity.kind {
    case .regular: return
    case .directory: throw PlatformError(.isDirectory, operation, path: path)
    default: throw PlatformError(.notRegularFile, operation, path: path)
    }
  }

  /// Appends what one read gives, at most `count` bytes; 0 at the end.
  static func read(
    _ descriptor: Int32, atMost count: Int, appendingTo bytes: inout WipedBuffer, _ name: String
  ) throws(PlatformError) -> Int {
    try unsafe bytes.appendUnsafe(upTo: count) { room throws(PlatformError) in
      try unsafe read(descriptor, into: room, name)
    }
  }

  /// One read; waits when a non-blocking descriptor has nothing yet.
  static func read(
    _ descriptor: Int32, into room: UnsafeMutableRawBufferPointer, _ name: String
  ) throws(PlatformError) -> Int {
    while true {
      do throws(PlatformError) {
        return try checked("read", path: name) {
          unsafe Glibc.read(descriptor, room.baseAddress, room.count)
        }
      } catch  where error.errno == EAGAIN {
        try Poll.wait(for: .readable, on: descriptor)
      }
    }
  }
}
