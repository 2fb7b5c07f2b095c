internal import Glibc

extension Files {
  /// Writes all bytes to an open descriptor.
  ///
  /// - Parameter name: what an error calls it.
  /// - Throws: `.brokenPipe`, `.noSpace`, ...
  public static func writeAll(
    _ bytes: Span<UInt8>, to descriptor: Int32, named name: String
  ) throws(PlatformError) {
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(PlatformError) in
      var rest = UnsafeRawBufferPointer(buffer)
      while unsafe !rest.isEmpty {
        let count = try unsafe write(rest, to: descriptor, name)
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
    }
  }

  /// Writes all bytes at a place of an open regular file; the descriptor's own position stays.
  static func writeAll(
    _ bytes: Span<UInt8>, to descriptor: Int32, at offset: Int, named name: String
  ) throws(PlatformError) {
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(PlatformError) in
      var rest = UnsafeRawBufferPointer(buffer)
      var offset = offset
      while unsafe !rest.isEmpty {
        let count = try checked("write", path: name) {
          unsafe pwrite(descriptor, rest.baseAddress, rest.count, offset)
        }
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        offset += count
      }
    }
  }

  /// Writes all bytes to standard output.
  ///
  /// - Throws: `.brokenPipe` when its reader went away, `.noSpace`, ...
  public static func writeStandardOutput(_ bytes: Span<UInt8>) throws(PlatformError) {
    try writeAll(bytes, to: STDOUT_FILENO, named: "standard output")
  }

  /// Writes all bytes to one of our own streams.
  ///
  /// - Throws: `.brokenPipe` when its reader went away, `.noSpace`, ...
  public static func write(
    _ bytes: Span<UInt8>, to stream: OutputStream
  ) throws(PlatformError) {
    try writeAll(
      bytes, to: stream.rawValue,
      named: stream == .output ? "standard output" : "standard error")
  }

  /// Writes a text to standard error; a failure has nowhere to go and is ignored.
  public static func writeStandardError(_ text: String) {
    try? writeAll(Array(text.utf8).span, to: STDERR_FILENO, named: "standard error")
  }

  /// One write; waits when a non-blocking descriptor takes nothing yet.
  static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ name: String
  ) throws(PlatformError) -> Int {
    while true {
      do throws(PlatformError) {
        return try checked("write", path: name) {
          unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        }
      } catch  where error.errno == EAGAIN {
        try Poll.wait(for: .writable, on: descriptor)
      }
    }
  }
}
