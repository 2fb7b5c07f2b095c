public import CryptoCore
public import Platform

/// Calls the methods of a server, one request and one answer each: gRPC over HTTP/2 without TLS, as
/// both sides know beforehand.
///
/// Each call has a connection of its own: a service asked for a key or two needs none that stays, and
/// a call cannot meet one that has died. Any number of threads may call.
public struct GRPCClient: Sendable {
  /// The server.
  public let address: GRPCAddress

  /// The most bytes that a server may send in a connection.
  private static let maximumByteCount = 1 << 20

  /// Connects to nothing yet.
  public init(_ address: GRPCAddress) { self.address = address }

  /// Calls a method.
  ///
  /// - Parameters:
  ///   - method: As `:path` has it: `/SERVICE/METHOD`.
  ///   - message: What is sent; at most 64 KiB.
  ///   - connecting: When a connection must be there.
  ///   - deadline: When the answer must be there.
  /// - Returns: The answer's message.
  /// - Throws: `.refused` with the server's status, `.unreachable`, `.timedOut`, `.malformedAnswer`.
  public func call(
    _ method: String, _ message: Span<UInt8>, connecting: Deadline, deadline: Deadline
  ) throws(GRPCError) -> WipedBuffer {
    let body = try GRPCFrame.body(message)
    let socket = try connect(connecting)
    let session = try HTTP2Session(.client)
    let stream = try session.request(
      [
        HTTP2Field(":method", "POST"), HTTP2Field(":scheme", "http"), HTTP2Field(":path", method),
        HTTP2Field(":authority", address.authority), HTTP2Field("te", "trailers"),
        HTTP2Field("content-type", "application/grpc"), HTTP2Field("user-agent", "sealwax"),
      ], body: body)
    try GRPCClient.run(session, until: stream, over: socket, deadline)
    return try GRPCClient.answer(of: stream)
  }

  private func connect(_ deadline: Deadline) throws(GRPCError) -> StreamSocket {
    do throws(PlatformError) {
      return try StreamSocket.connect(to: try address.sockets(deadline), deadline: deadline)
    } catch { throw GRPCError(error) }
  }

  private static func run(
    _ session: HTTP2Session, until stream: HTTP2Stream, over socket: borrowing StreamSocket,
    _ deadline: Deadline
  ) throws(GRPCError) {
    var room = maximumByteCount
    var input = WipedBuffer(capacity: 1 << 14)
    while true {
      let output = try session.takeOutput()
      do throws(PlatformError) { try socket.write(output.bytes, deadline: deadline) } catch {
        // A server that reads no more may have said why: that is read next.
        guard error.code != .timedOut else { throw GRPCError(error) }
      }
      if stream.isComplete || stream.isClosed || stream.isTooLarge || session.isFinished { return }
      guard room > 0 else { throw GRPCError(.malformedAnswer, "it sends without end") }
      let count: Int?
      do throws(PlatformError) {
        count = try socket.read(
          upTo: min(room, 1 << 14), appendingTo: &input, deadline: deadline)
      } catch { throw GRPCError(error) }
      guard let count else { throw GRPCError(.timedOut, "it did not answer in time") }
      guard count > 0 else {
        throw GRPCError(.unreachable, "it closed the connection without an answer")
      }
      room -= count
      try session.receive(input.bytes)
      input.removeAll()
    }
  }

  private static func answer(of stream: HTTP2Stream) throws(GRPCError) -> WipedBuffer {
    guard !stream.isTooLarge else { throw GRPCError(.malformedAnswer, "its answer is too long") }
    guard let http = stream.fields[":status"] else {
      throw GRPCError(.malformedAnswer, "it does not speak gRPC")
    }
    guard http == "200", stream.fields["content-type"]?.hasPrefix("application/grpc") == true
    else {
      throw GRPCError(.malformedAnswer, "it speaks HTTP/2 but not gRPC")
    }
    guard let number = stream.fields["grpc-status"].flatMap({ Int($0) }) else {
      throw GRPCError(.malformedAnswer, "it broke its answer off")
    }
    guard number == 0 else {
      throw GRPCError(
        GRPCStatus(
          GRPCStatus.Code(rawValue: number) ?? .unknown,
          GRPCStatus.decodeMessage(stream.fields["grpc-message"] ?? "")))
    }
    do throws(GRPCStatus) {
      return try stream.withBody { (body) throws(GRPCStatus) in
        WipedBuffer(copying: body.extracting(try GRPCFrame.message(in: body)))
      }
    } catch { throw GRPCError(.malformedAnswer, "its answer cannot be read: \(error)") }
  }
}
