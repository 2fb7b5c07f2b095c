internal import CryptoCore

/// One request with its response: what has come, and what is to be sent.
///
/// Bodies are in wiped memory.
final class HTTP2Stream {
  let identifier: Int32
  /// What has come of the headers and trailers that mean something here.
  private(set) var fields: [String: String] = [:]
  /// Whether the other side has sent all.
  var isComplete = false
  /// Whether it is over in both directions.
  var isClosed = false
  /// Whether more has come than may.
  private(set) var isTooLarge = false

  private var incoming = WipedBuffer()
  private var outgoing = WipedBuffer()
  private var sentByteCount = 0
  /// What is sent behind the body.
  private(set) var trailers: [HTTP2Field] = []

  /// The fields that are looked at; a hostile peer may send any number of others.
  private static let wanted: Set<String> = [
    ":method", ":path", ":status", "content-type", "grpc-encoding", "grpc-status", "grpc-message",
  ]
  private static let maximumFieldByteCount = 4096

  init(_ identifier: Int32) { self.identifier = identifier }

  /// Notes a header or trailer.
  func note(_ name: String, _ value: String) {
    guard HTTP2Stream.wanted.contains(name),
      value.utf8.count <= HTTP2Stream.maximumFieldByteCount
    else { return }
    fields[name] = value
  }

  /// Takes a piece of the body.
  func receive(_ bytes: Span<UInt8>) {
    let limit = GRPCFrame.maximumMessageByteCount + GRPCFrame.headByteCount
    guard !isTooLarge, bytes.count <= limit - incoming.count else {
      isTooLarge = true
      incoming.removeAll()
      return
    }
    incoming.append(bytes)
  }

  /// Lends the body that has come.
  func withBody<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try HTTP2Stream.lend(incoming, body)
  }

  private static func lend<Result: ~Copyable, Failure: Error>(
    _ buffer: borrowing WipedBuffer, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(buffer.bytes)
  }

  /// Sets what is to be sent.
  func send(_ body: consuming WipedBuffer, trailers: [HTTP2Field]) {
    outgoing = body
    sentByteCount = 0
    self.trailers = trailers
  }

  /// How much is still to be sent.
  var unsentByteCount: Int { outgoing.count - sentByteCount }

  /// Moves the next bytes to what goes out.
  func moveOutgoing(_ count: Int, to output: inout WipedBuffer) {
    let count = min(count, unsentByteCount)
    let range = sentByteCount..<sentByteCount + count
    HTTP2Stream.lend(outgoing) { output.append($0.extracting(range)) }
    sentByteCount += count
  }
}

/// A header or trailer; the name is lower case.
struct HTTP2Field {
  let name: String
  let value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
