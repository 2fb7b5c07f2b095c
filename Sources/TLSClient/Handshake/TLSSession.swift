internal import COpenSSL

/// An `SSL` with what its callbacks note; one owner, one thread at a time.
@safe
final class TLSSession {
  let pointer: OpaquePointer
  private let context: TLSContext
  private let notes: UnsafeMutablePointer<Notes>

  /// What the library tells while it works.
  private struct Notes {
    var alert: UInt8?
    var isAskedForCertificate = false
  }

  /// - Parameter socket: the number of a connected socket, which stays the caller's.
  init(_ context: TLSContext, socket: Int32, serverName: String?) throws(TLSError) {
    guard let session = unsafe SSL_new(context.pointer) else {
      ERR_clear_error()
      throw TLSError(.libraryFailure, "setting up TLS")
    }
    unsafe pointer = session
    self.context = context
    unsafe notes = .allocate(capacity: 1)
    unsafe notes.initialize(to: Notes())
    guard unsafe SSL_set_fd(session, socket) == 1, unsafe SSL_set_ex_data(session, 0, notes) == 1
    else {
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
