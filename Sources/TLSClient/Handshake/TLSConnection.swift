internal import COpenSSL
public import Platform

/// A client's TLS connection for probing: it verifies nothing, and says what the server does.
public struct TLSConnection: ~Copyable {
  private let wire: Wire
  /// What the handshake showed.
  public let report: HandshakeReport

  /// Shakes hands over a connected socket.
  ///
  /// - Throws: `TLSError` when it could not be tried; what the server does is in `report`.
  public init(
    over socket: consuming StreamSocket, _ settings: HandshakeSettings,
    identity: ClientIdentity? = nil, deadline: Deadline
  ) throws(TLSError) {
    let context = try TLSContext(settings, identity: identity)
    let session = try TLSSession(context, serverName: settings.serverName)
    let wire = Wire(socket, session)
    let outcome = unsafe wire.run(deadline) { session in unsafe SSL_do_handshake(session) }
    report = session.report(outcome)
    self.wire = wire
  }

  /// Sends public bytes and reads what comes back until the server ends the connection, `limit`
  /// bytes have come, `isEnough` says so, or the deadline comes.
  ///
  /// - Returns: what came, and how it ended; `.completed` when it was enough.
  public func exchange(
    _ request: [UInt8], limit: Int, deadline: Deadline, isEnough: ([UInt8]) -> Bool
  ) -> (answer: [UInt8], outcome: HandshakeReport.Outcome) {
    // A server that refuses the client's certificate may be gone before the request is: its alert
    // is there to be read all the same.
    _ = unsafe wire.run(deadline) { session in
      unsafe SSL_write(session, request, CInt(clamping: request.count))
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while answer.count < limit {
      var count: CInt = 0
      let outcome = unsafe wire.run(deadline) { session in
        count = unsafe SSL_read(session, &buffer, CInt(clamping: buffer.count))
        return count
      }
      guard outcome == .completed else { return (answer, outcome) }
      answer += buffer.prefix(min(Int(count), limit - answer.count))
      if isEnough(answer) { break }
      if deadline.isOver { return (answer, .timedOut) }
    }
    return (answer, .completed)
  }
}

/// The library on one side, the socket on the other; what comes in is counted.
private final class Wire {
  private let socket: StreamSocket
  private let session: TLSSession
  private var room = Wire.maximumByteCount

  /// The most bytes that a server may send over a connection: chains and lists of authorities have
  /// at most 100 KiB each, by OpenSSL's own limits.
  private static let maximumByteCount = 1 << 20

  init(_ socket: consuming StreamSocket, _ session: TLSSession) {
    self.socket = socket
    self.session = session
  }

  /// Calls the library until it is done, and moves bytes in between.
  func run(
    _ deadline: Deadline, _ body: (OpaquePointer) -> CInt
  ) -> HandshakeReport.Outcome {
    while true {
      ERR_clear_error()
      let result = unsafe body(session.pointer)
      let error = unsafe result > 0 ? SSL_ERROR_NONE : SSL_get_error(session.pointer, result)
      let reason = error == SSL_ERROR_SSL ? Library.reason() : ""
      ERR_clear_error()
      guard send(deadline) else { return .timedOut }
      switch error {
      case SSL_ERROR_NONE: return .completed
      case SSL_ERROR_WANT_READ:
        guard !deadline.isOver else { return .timedOut }
        guard room > 0 else { return .failed("the server sends without end") }
        if let failure = receive(deadline) { return failure }
      case SSL_ERROR_SSL: return session.alert.map { .alert($0) } ?? .failed(reason)
      default: return session.alert.map { .alert($0) } ?? .closed
      }
    }
  }

  /// Sends what the library has for the server; false when the deadline came first.
  ///
  /// A server that reads no more may have said why: that is read next.
  private func send(_ deadline: Deadline) -> Bool {
    let bytes = session.pendingOutput()
    guard !bytes.isEmpty else { return true }
    do throws(PlatformError) { try socket.write(bytes, deadline: deadline) } catch {
      return error.code != .timedOut
    }
    return true
  }

  /// Hands the library what has come; nil when it may go on.
  private func receive(_ deadline: Deadline) -> HandshakeReport.Outcome? {
    do throws(PlatformError) {
      guard let bytes = try socket.read(upTo: min(room, 1 << 14), deadline: deadline) else {
        return .timedOut
      }
      room -= bytes.count
      session.take(bytes)
    } catch {
      // Broken off: for the library, the end.
      session.take([])
    }
    return nil
  }
}
