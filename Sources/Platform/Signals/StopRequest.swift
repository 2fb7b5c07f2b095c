internal import Glibc

/// The wish that a server ends, by a signal: it comes as something to be waited for, so that what is
/// under way can be finished.
///
/// A second signal ends the process at once.
public struct StopRequest: ~Copyable, Sendable {
  private let reader: Descriptor
  private let writer: Descriptor

  /// Listens for SIGINT, SIGTERM, SIGHUP and SIGQUIT as long as it lives; one at a time.
  public init() throws(PlatformError) {
    let ends = try Descriptor.pipe()
    reader = Descriptor(owning: ends.reader)
    writer = Descriptor(owning: ends.writer)
    SignalRelay.startStopping(writer.number)
  }

  deinit { SignalRelay.stopForwarding() }

  /// Whether it has come.
  public var isPending: Bool {
    var requests = [pollfd(fd: reader.number, events: Int16(POLLIN), revents: 0)]
    return (try? Poll.wait(&requests, milliseconds: 0)) ?? true
  }

  /// Becomes readable.
  var number: Int32 { reader.number }
}
