internal import CPlatform
internal import CryptoCore
internal import Glibc

/// One of the two streams that a program writes to.
public enum OutputStream: Int32, Sendable {
  /// Standard output.
  case output = 1
  /// Standard error.
  case errors = 2
}

extension ChildProcess {
  /// Runs a program in the foreground to its end, and lends what it writes piece by piece.
  ///
  /// Signals are passed on as by `runInForeground`. Programs that it leaves running and that hold its
  /// outputs open are not waited for: what they write later meets a closed pipe.
  ///
  /// - Parameter deliver: takes a piece of a stream. `.brokenPipe` closes that stream, so that the
  ///   program learns it too; another failure kills the program and is thrown.
  /// - Throws: `.notFound` when there is no such program, ...
  public static func relayInForeground(
    _ program: ChildProgram, environment: consuming ChildEnvironment,
    deliver: (OutputStream, Span<UInt8>) throws(PlatformError) -> Void
  ) throws(PlatformError) -> ChildStatus {
    SignalRelay.startForwarding()
    defer { SignalRelay.stopForwarding() }
    var child = try ChildProcess(
      program, streams: ChildStreams(output: .pipe, errors: .pipe), environment: environment)
    SignalRelay.forward(to: child.identifier)
    var left = ChildProcess.maximumPipeByteCount
    while child.output != nil || child.errors != nil, left > 0 {
      let hasEnded = sealwax_has_ended(child.identifier) != 0
      // From here signals are for us.
      if hasEnded { SignalRelay.stopForwarding() }
      var requests = [
        pollfd(fd: child.output?.number ?? -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: child.errors?.number ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      guard try Poll.wait(&requests, milliseconds: hasEnded ? 0 : 100) else {
        if hasEnded { break }
        continue
      }
      var count = 0
      if requests[0].revents != 0 {
        count += try relay(&child.output, .output, program.name, deliver)
      }
      if requests[1].revents != 0 {
        count += try relay(&child.errors, .errors, program.name, deliver)
      }
      if hasEnded { left -= count }
    }
    child.output = nil
    child.errors = nil
    try checked("wait for", path: program.name) { sealwax_await_end(child.identifier) }
    SignalRelay.stopForwarding()
    return try child.wait()
  }

  /// The most that two pipes hold when a program ends (pipe(7): 1 MiB each without privileges).
  private static var maximumPipeByteCount: Int { 2 << 20 }

  /// Lends one piece; returns its length, 0 when the stream was closed.
  private static func relay(
    _ source: inout Descriptor?, _ stream: OutputStream, _ name: String,
    _ deliver: (OutputStream, Span<UInt8>) throws(PlatformError) -> Void
  ) throws(PlatformError) -> Int {
    guard let number = source?.number else { return 0 }
    var bytes = WipedBuffer()
    let count = try Files.read(number, atMost: 65536, appendingTo: &bytes, name)
    guard count > 0 else {
      source = nil
      return 0
    }
    do throws(PlatformError) { try deliver(stream, bytes.bytes) } catch {
      guard error.code == .brokenPipe else { throw error }
      source = nil
    }
    return count
  }
}
