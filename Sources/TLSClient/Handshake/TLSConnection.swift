internal import COpenSSL
public import Platform

/// A client's TLS connection for probing: it verifies nothing, and says what the server does.
public struct TLSConnection: ~Copyable {
  private let socket: StreamSocket
  private let session: TLSSession
  /// What the handshake showed.
  public private(set) var report: HandshakeReport

  /// Shakes hands over a connected socket.
  ///
  /// - Throws: `TLSError` when it could not be tried; what the server does is in `report`.
  public init(
    over socket: consuming StreamSocket, _ settings: HandshakeSettings,
    identity: ClientIdentity? = nil, deadline: Deadline
  ) throws(TLSError) {
    let context = try TLSContext(settings, identity: identity)
    let session = try TLSSession(
      context, socket: socket.number, serverName: settings.serverName)
    let outcome = unsafe TLSConnection.run(session, socket, deadline) { session in
      unsafe SSL_do_handshake(session)
    }
    report = session.report(outcome)
    self.socket = socket
    self.session = session
  }

  /// Calls the library until it is done, waiting for the socket in between.
  private static func run(
    _ session: TLSSession, _ socket: borrowing StreamSocket, _ deadline: Deadline,
    _ body: (OpaquePointer) -> CInt
  ) -> HandshakeReport.Outcome {
    while true {
      ERR_clear_error()
      let result = unsafe body(session.pointer)
      if result > 0 { return .completed }
      let isReady: Bool?
      switch unsafe SSL_get_error(session.pointer, result) {
      // A server that never stops sending must not keep us either.
      case SSL_ERROR_WANT_READ where !deadline.isOver:
        isReady = try? socket.waitUntilReadable(deadline)
      case SSL_ERROR_WANT_WRITE where !deadline.isOver:
        isReady = try? socket.waitUntilWritable(deadline)
      case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .timedOut
      case SSL_ERROR_SSL:
        let reason = Library.reason()
        return session.alert.map { .alert($0) } ?? .failed(reason)
      default:
        ERR_clear_error()
        return session.alert.map { .alert($0) } ?? .closed
      }
      guard let isReady else { return .closed }
      guard isReady else { return .timedOut }
    }
  }

  /// Sends public bytes and reads what comes back until the server ends the connection, `limit`
  /// bytes have come, `isEnough` says so, or the deadline comes.
  ///
  /// - Returns: what came, and how it ended; `.completed` when it was enough.
  public func exchange(
    _ request: [UInt8], limit: Int, deadline: Deadline, isEnough: ([UInt8]) -> Bool
  ) -> (answer: [UInt8], outcome: HandshakeReport.Outcome) {
    let written = unsafe TLSConnection.run(session, socket, deadline) { session in
      unsafe SSL_write(session, request, CInt(clamping: request.count))
    }
    var answer: [UInt8] = []
    // A server that refuses the client's certificate may be gone before the request is: its alert
    // is there to be read all the same.
    if case .timedOut = written { return (answer, written) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    while answer.count < limit {
      var count: CInt = 0
      let outcome = unsafe TLSConnection.run(session, socket, deadline) { session in
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
