public import CryptoCore
internal import Glibc

extension ChildProcess {
  /// Writes to the child's standard input, which must be a pipe.
  ///
  /// What the child writes meanwhile is kept for `readLine`, so that the two cannot wait for each
  /// other.
  ///
  /// - Throws: `.brokenPipe` when the child does not read any more, `.tooLarge` when it writes more
  ///   than 64 MiB that nobody has asked for.
  public mutating func write(_ bytes: Span<UInt8>) throws(PlatformError) {
    guard let number = input?.number else {
      throw PlatformError(.brokenPipe, "write to", path: name)
    }
    try input?.makeNonblocking()
    var offset = 0
    while offset < bytes.count {
      let rest = bytes.extracting(offset...)
      var requests = [
        pollfd(fd: number, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: output?.number ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      _ = try Poll.wait(&requests, milliseconds: -1)
      if requests[1].revents != 0 { try keepOutput() }
      if requests[0].revents != 0 { offset += try writeSome(rest, to: number) }
    }
  }

  /// How much a child may write while it is written to; a bound against a mad one.
  private static var maximumUnreadByteCount: Int { 64 << 20 }

  private mutating func keepOutput() throws(PlatformError) {
    guard let number = output?.number else { return }
    if try lines.fill(from: number, named: name) == 0 { output = nil }
    guard lines.count <= ChildProcess.maximumUnreadByteCount else {
      throw PlatformError(.tooLarge, "read from", path: name)
    }
  }

  /// Returns how many bytes went; 0 when there is no room after all.
  private func writeSome(
    _ bytes: Span<UInt8>, to number: Int32
  ) throws(PlatformError) -> Int {
    try ChildProcess.writeSome(bytes, to: number, name)
  }

  static func writeSome(
    _ bytes: Span<UInt8>, to number: Int32, _ name: String
  ) throws(PlatformError) -> Int {
    do throws(PlatformError) {
      return try checked("write to", path: name) {
        unsafe bytes.withUnsafeBufferPointer {
          unsafe Glibc.write(number, $0.baseAddress, $0.count)
        }
      }
    } catch  where error.errno == EAGAIN {
      return 0
    }
  }

  /// Reads a line of the child's standard output, which must be a pipe, without its line feed.
  ///
  /// A last line without a line feed counts as one.
  ///
  /// - Parameter limit: the most bytes a line may have.
  /// - Returns: false at the end of the output; nothing is appended then.
  /// - Throws: `.tooLarge`, ...
  public mutating func readLine(
    limit: Int, appendingTo line: inout WipedBuffer
  ) throws(PlatformError) -> Bool {
    var searched = 0
    while true {
      let length = lines.lineLength(from: searched)
      searched = lines.count
      guard (length ?? searched) <= limit else {
        throw PlatformError(.tooLarge, "read from", path: name)
      }
      if let length {
        lines.take(length, skipping: 1, appendingTo: &line)
        return true
      }
      if try readMore() { continue }
      if lines.count == 0 { return false }
      lines.take(lines.count, skipping: 0, appendingTo: &line)
      return true
    }
  }

  /// Reads what the child has written, without waiting for more than there is.
  ///
  /// - Returns: How many bytes were appended, at most `count`; 0 at the end of the output.
  public mutating func read(
    atMost count: Int, appendingTo bytes: inout WipedBuffer
  ) throws(PlatformError) -> Int {
    if lines.count > 0 {
      let taken = min(count, lines.count)
      lines.take(taken, skipping: 0, appendingTo: &bytes)
      return taken
    }
    guard let number = output?.number else { return 0 }
    let got = try Files.read(number, atMost: count, appendingTo: &bytes, name)
    if got == 0 { output = nil }
    return got
  }

  private mutating func readMore() throws(PlatformError) -> Bool {
    guard let number = output?.number else { return false }
    if try lines.fill(from: number, named: name) > 0 { return true }
    output = nil
    return false
  }

  /// Closes the child's standard input: it reads the end.
  public mutating func closeInput() { input = nil }
}
