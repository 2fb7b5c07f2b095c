internal import CryptoCore
internal import Glibc

/// A file open for reading piece by piece.
public struct InputFile: ~Copyable, Sendable {
  private let descriptor: Descriptor?
  private let number: Int32
  private let name: String
  /// Which file it is, as it was when opened.
  public let identity: FileIdentity
  /// Where in the file `read(into:)` began, in bytes; nil for what is no regular file.
  ///
  /// Not zero when standard input was read from before us.
  public let start: Int?

  /// Opens a file; pipes and devices too, and opening a pipe waits for its writer.
  ///
  /// - Throws: `.isDirectory`, `.notFound`, `.permissionDenied`, ...
  public init(_ path: String) throws(PlatformError) {
    let opened = try Descriptor.open(path, O_RDONLY, for: "read")
    let found = try FileIdentity(descriptor: opened.number, path: path)
    if found.kind == .directory { throw PlatformError(.isDirectory, "read", path: path) }
    // Only a hint.
    _ = posix_fadvise(opened.number, 0, 0, POSIX_FADV_SEQUENTIAL)
    identity = found
    start = found.kind == .regular ? 0 : nil
    number = opened.number
    name = path
    descriptor = consume opened
  }

  private init(standard number: Int32, _ name: String) throws(PlatformError) {
    let found = try FileIdentity(descriptor: number, path: name)
    var place: Int?
    if found.kind == .regular {
      place = try checked("read", path: name) { lseek(number, 0, SEEK_CUR) }
    }
    identity = found
    start = place
    self.number = number
    self.name = name
    descriptor = nil
  }

  /// Standard input, which stays open.
  ///
  /// - Throws: `.other` when the process has none, `.usedTwice` when somebody reads it already.
  public static func standardInput() throws(PlatformError) -> InputFile {
    try StandardInput.take()
    return try InputFile(standard: STDIN_FILENO, "standard input")
  }

  /// Reads on, filling `bytes` unless the end comes first; returns how many bytes came.
  public func read(into bytes: inout MutableSpan<UInt8>) throws(PlatformError) -> Int {
    let (number, name) = (number, name)
    return try unsafe bytes.withUnsafeMutableBytes { room throws(PlatformError) in
      var count = 0
      while count < room.count {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room.dropFirst(count))
        let got = unsafe try Files.read(number, into: rest, name)
        if got == 0 { break }
        count += got
      }
      return count
    }
  }

  /// Reads at an offset of a regular file, filling `bytes` unless the end comes first.
  ///
  /// Any number of threads may, side by side; the place of `read(into:)` stays.
  public func read(
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) throws(PlatformError) -> Int {
    let (number, name) = (number, name)
    return try unsafe bytes.withUnsafeMutableBytes { room throws(PlatformError) in
      var count = 0
      while count < room.count {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room.dropFirst(count))
        let got = try checked("read", path: name) {
          unsafe pread(number, rest.baseAddress, rest.count, offset + count)
        }
        if got == 0 { break }
        count += got
      }
      return count
    }
  }
}
