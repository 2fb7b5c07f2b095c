internal import COpenSSL

/// An `SSL` with what its callbacks note; one owner, one thread at a time.
@safe
final class TLSSession {
  let pointer: OpaquePointer
  private let context: TLSContext
  private let notes: UnsafeMutablePointer<Notes>
  /// What came in and the library has not read, and what it wants to send; the session's own.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer

  /// What the library tells while it works.
  private struct Notes {
    var alert: UInt8?
    var isAskedForCertificate = false
  }

  /// Works on memory and touches no socket: a server that sends without end could keep the library
  /// reading for ever, whatever the deadline.
  init(_ context: TLSContext, serverName: String?) throws(TLSError) {
    guard let session = unsafe SSL_new(context.pointer) else {
      ERR_clear_error()
      throw TLSError(.libraryFailure, "setting up TLS")
    }
    guard let incoming = unsafe BIO_new(BIO_s_mem()), let outgoing = unsafe BIO_new(BIO_s_mem())
    else {
      unsafe SSL_free(session)
      throw TLSError(.libraryFailure, "setting up TLS")
    }
    unsafe SSL_set_bio(session, incoming, outgoing)
    unsafe self.incoming = incoming
    unsafe self.outgoing = outgoing
    unsafe pointer = session
    self.context = context
    unsafe notes = .allocate(capacity: 1)
    unsafe notes.initialize(to: Notes())
    guard unsafe SSL_set_ex_data(session, 0, notes) == 1 else {
      ERR_clear_error()
      throw TLSError(.libraryFailure, "setting up TLS")
    }
    if let serverName { try unsafe TLSSession.ask(for: serverName, session) }
    unsafe SSL_set_info_callback(session, TLSSession.noteAlert)
    unsafe SSL_set_cert_cb(session, TLSSession.noteRequest, notes)
    unsafe SSL_set_connect_state(session)
  }

  private static func ask(for serverName: String, _ session: OpaquePointer) throws(TLSError) {
    guard !serverName.isEmpty, !serverName.utf8.contains(0), serverName.utf8.count <= 255 else {
      throw TLSError(.invalidName, "asking for a server by its name")
    }
    var name = serverName
    let result = name.withUTF8 { text in
      var bytes = unsafe text.map { CChar(bitPattern: $0) } + [0]
      return unsafe SSL_ctrl(
        session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &bytes)
    }
    guard result == 1 else {
      ERR_clear_error()
      throw TLSError(.invalidName, "asking for a server by its name")
    }
  }

  /// Alerts that come in: the number is in the low byte.
  private static let noteAlert: @convention(c) (OpaquePointer?, CInt, CInt) -> Void = {
    session, place, value in
    guard place & SSL_CB_READ_ALERT == SSL_CB_READ_ALERT,
      let notes = unsafe SSL_get_ex_data(session, 0)?.assumingMemoryBound(to: Notes.self)
    else { return }
    let number = UInt8(truncatingIfNeeded: value)
    // The first one counts; 0 is the orderly end.
    if number != 0, unsafe notes.pointee.alert == nil { unsafe notes.pointee.alert = number }
  }

  /// Called when the server asks for a certificate, before one is looked for.
  private static let noteRequest:
    @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> CInt = { _, argument in
      let notes = unsafe argument?.assumingMemoryBound(to: Notes.self)
      unsafe notes?.pointee.isAskedForCertificate = true
      return 1
    }

  /// Hands the library what came; an empty array is the end of the stream.
  func take(_ bytes: [UInt8]) {
    if bytes.isEmpty {
      _ = unsafe BIO_ctrl(incoming, BIO_C_SET_BUF_MEM_EOF_RETURN, 0, nil)
    } else {
      _ = unsafe BIO_write(incoming, bytes, CInt(clamping: bytes.count))
    }
  }

  /// What the library wants to send.
  func pendingOutput() -> [UInt8] {
    let count = Int(unsafe BIO_ctrl(outgoing, BIO_CTRL_PENDING, 0, nil))
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    let taken = unsafe BIO_read(outgoing, &bytes, CInt(clamping: count))
    return Array(bytes.prefix(max(0, Int(taken))))
  }

  /// The alert that the server sent.
  var alert: TLSAlert? { unsafe notes.pointee.alert.map { TLSAlert(number: $0) } }

  /// Whether the server asked for a certificate.
  var isAskedForCertificate: Bool { unsafe notes.pointee.isAskedForCertificate }

  deinit {
    unsafe SSL_free(pointer)
    unsafe notes.deinitialize(count: 1)
    unsafe notes.deallocate()
  }
}
