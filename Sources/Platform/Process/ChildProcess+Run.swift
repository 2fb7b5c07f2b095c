public import CryptoCore
internal import Glibc

/// How a child ended, and what it wrote.
public struct ChildResult: ~Copyable, Sendable {
  /// How it ended.
  public let status: ChildStatus
  /// Its standard output.
  public let output: WipedBuffer
  /// Its standard error.
  public let errors: WipedBuffer

  /// Gives the output to the caller.
  public consuming func takeOutput() -> WipedBuffer { output }
}

extension ChildProcess {
  /// Runs a program to its end: writes `input` to it and collects what it writes.
  ///
  /// A program that ends without reading all of its input is no error. Should it leave others running
  /// that hold its output open, these are waited for.
  ///
  /// - Parameters:
  ///   - limit: the most bytes it may write to each of its outputs; it is killed when there are more.
  ///   - passed: more descriptors, as in `ChildStreams`.
  /// - Throws: `.notFound` when there is no such program, `.tooLarge`, ...
  public static func run(
    _ program: ChildProgram, input: Span<UInt8> = Span(), limit: Int = 1 << 26,
    passed: [Int32: Int32] = [:], environment: consuming ChildEnvironment = ChildEnvironment()
  ) throws(PlatformError) -> ChildResult {
    let streams = ChildStreams(
      input: input.isEmpty ? .null : .pipe, output: .pipe, errors: .pipe, passed: passed)
    var child = try ChildProcess(program, streams: streams, environment: environment)
    try child.input?.makeNonblocking()
    var output = WipedBuffer()
    var errors = WipedBuffer()
    var written = 0
    while child.output != nil || child.errors != nil || child.input != nil {
      var requests = [
        pollfd(fd: child.input?.number ?? -1, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: child.output?.number ?? -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: child.errors?.number ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      _ = try Poll.wait(&requests, milliseconds: -1)
      if requests[0].revents != 0 { try child.feed(input, &written) }
      if requests[1].revents != 0 {
        try collect(&child.output, &output, limit, program.name)
      }
      if requests[2].revents != 0 {
        try collect(&child.errors, &errors, limit, program.name)
      }
    }
    return ChildResult(status: try child.wait(), output: output, errors: errors)
  }

  private mutating func feed(_ bytes: Span<UInt8>, _ written: inout Int) throws(PlatformError) {
    guard let number = input?.number else { return }
    do throws(PlatformError) {
      written += try ChildProcess.writeSome(bytes.extracting(written...), to: number, name)
      if written == bytes.count { input = nil }
    } catch  where error.code == .brokenPipe {
      input = nil
    }
  }

  private static func collect(
    _ source: inout Descriptor?, _ bytes: inout WipedBuffer, _ limit: Int, _ name: String
  ) throws(PlatformError) {
    guard let number = source?.number else { return }
    let count = try Files.read(number, atMost: 65536, appendingTo: &bytes, name)
    if count == 0 { source = nil }
    guard bytes.count <= limit else { throw PlatformError(.tooLarge, "read from", path: name) }
  }
}
