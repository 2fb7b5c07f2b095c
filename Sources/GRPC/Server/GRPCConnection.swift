internal import CryptoCore
internal import Platform

/// A client's connection to a server: its requests are answered one after the other.
final class GRPCConnection: Sendable {
  private let socket: StreamSocket
  private let methods: GRPCMethods
  private let isCrowded: @Sendable () -> Bool

  /// How long a connection stays without a whole request.
  private static let patience = Duration.seconds(60)
  /// How long when others may be waiting for its place.
  private static let crowdedPatience = Duration.seconds(2)
  /// How often it is asked whether others may be waiting.
  private static let pause = Duration.milliseconds(500)
  /// How long a client may take to read an answer.
  private static let writing = Duration.seconds(10)

  /// - Parameter isCrowded: Whether no more connections are taken until others end.
  init(
    _ socket: consuming StreamSocket, _ methods: GRPCMethods,
    isCrowded: @escaping @Sendable () -> Bool
  ) {
    self.socket = socket
    self.methods = methods
    self.isCrowded = isCrowded
  }

  /// Serves the connection to its end.
  ///
  /// - Parameter whileBusy: Runs what answers a request, until the answer is sent.
  func run(whileBusy: (() throws -> Void) throws -> Void) {
    // What a client does wrong ends its connection, and is nobody else's business.
    try? serve(whileBusy)
  }

  private func serve(_ whileBusy: (() throws -> Void) throws -> Void) throws {
    let session = try HTTP2Session(.server)
    var input = WipedBuffer(capacity: 1 << 14)
    var end = Deadline(after: GRPCConnection.patience)
    var crowdedEnd = Deadline(after: GRPCConnection.crowdedPatience)
    while true {
      try flush(session)
      while let stream = session.nextRequest() {
        try whileBusy {
          answer(stream, session)
          try flush(session)
        }
        if !stream.isComplete { session.stop(stream) }
        end = Deadline(after: GRPCConnection.patience)
        crowdedEnd = Deadline(after: GRPCConnection.crowdedPatience)
      }
      guard !session.isFinished else { return }
      guard let count = try read(upTo: end, or: crowdedEnd, appendingTo: &input) else {
        session.goAway()
        return try flush(session)
      }
      guard count > 0 else { return }
      try session.receive(input.bytes)
      input.removeAll()
    }
  }

  /// Appends what comes; nil when nothing did and the connection's time is over.
  private func read(
    upTo end: Deadline, or crowdedEnd: Deadline, appendingTo input: inout WipedBuffer
  ) throws -> Int? {
    while !end.isOver, !(crowdedEnd.isOver && isCrowded()) {
      let deadline = Deadline(after: GRPCConnection.pause).earlier(end)
      if let count = try socket.read(upTo: 1 << 14, appendingTo: &input, deadline: deadline) {
        return count
      }
    }
    return nil
  }

  private func flush(_ session: HTTP2Session) throws {
    let output = try session.takeOutput()
    try socket.write(output.bytes, deadline: Deadline(after: GRPCConnection.writing))
  }

  private func answer(_ stream: HTTP2Stream, _ session: HTTP2Session) {
    guard stream.fields[":method"] == "POST" else {
      return session.respond(to: stream, [HTTP2Field(":status", "405")])
    }
    guard stream.fields["content-type"]?.hasPrefix("application/grpc") == true else {
      return session.respond(to: stream, [HTTP2Field(":status", "415")])
    }
    let head = [
      HTTP2Field(":status", "200"), HTTP2Field("content-type", "application/grpc"),
    ]
    do throws(GRPCStatus) {
      let message = try result(of: stream)
      let body: WipedBuffer
      do { body = try GRPCFrame.body(message.bytes) } catch {
        throw GRPCStatus(.internal, "the answer is too long")
      }
      session.respond(to: stream, head, body: body, trailers: [HTTP2Field("grpc-status", "0")])
    } catch {
      session.respond(
        to: stream,
        head + [
          HTTP2Field("grpc-status", String(error.code.rawValue)),
          HTTP2Field("grpc-message", error.encodedMessage),
        ])
    }
  }

  private func result(of stream: HTTP2Stream) throws(GRPCStatus) -> WipedBuffer {
    guard !stream.isTooLarge else {
      throw GRPCStatus(.resourceExhausted, "the request is too long")
    }
    guard let method = methods[stream.fields[":path"] ?? ""] else {
      throw GRPCStatus(.unimplemented, "there is no such method")
    }
    return try stream.withBody { (body) throws(GRPCStatus) in
      try method(body.extracting(try GRPCFrame.message(in: body)))
    }
  }
}
