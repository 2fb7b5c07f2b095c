internal import CNGHTTP2
internal import CryptoCore

/// One side of an HTTP/2 connection (RFC 9113), which nghttp2 speaks; it moves no bytes itself.
///
/// One owner, one thread at a time.
@safe
final class HTTP2Session {
  enum Role {
    case client, server
  }

  let role: Role
  private var pointer: OpaquePointer?
  private var streams: [Int32: HTTP2Stream] = [:]
  /// Requests of which all has come and that nobody has taken yet.
  private var complete: [Int32] = []
  private var output = WipedBuffer()

  /// How many requests may be under way at once in a connection.
  private static let maximumStreamCount: UInt32 = 16
  /// The most of all headers of a request or response, in bytes.
  private static let maximumHeaderByteCount: UInt32 = 16_384

  init(_ role: Role) throws(GRPCError) {
    self.role = role
    unsafe pointer = nil
    var callbacks: OpaquePointer?
    guard unsafe nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks = unsafe callbacks
    else { throw HTTP2Session.outOfMemory }
    defer { unsafe nghttp2_session_callbacks_del(callbacks) }
    unsafe HTTP2Callbacks.set(callbacks)
    let own = unsafe Unmanaged.passUnretained(self).toOpaque()
    let result =
      unsafe role == .client
      ? nghttp2_session_client_new(&pointer, callbacks, own)
      : nghttp2_session_server_new(&pointer, callbacks, own)
    guard result == 0 else { throw HTTP2Session.outOfMemory }
    var settings = [
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue),
        value: HTTP2Session.maximumStreamCount),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue),
        value: HTTP2Session.maximumHeaderByteCount),
    ]
    if role == .client {
      settings.append(
        nghttp2_settings_entry(
          settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0))
    }
    guard
      unsafe nghttp2_submit_settings(
        pointer, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count) == 0
    else { throw HTTP2Session.outOfMemory }
  }

  deinit { unsafe nghttp2_session_del(pointer) }

  private static var outOfMemory: GRPCError {
    GRPCError(.libraryFailure, "no memory for a connection")
  }

  /// Whether there is nothing more to be said by either side.
  var isFinished: Bool {
    unsafe nghttp2_session_want_read(pointer) == 0 && nghttp2_session_want_write(pointer) == 0
  }

  /// Takes what has come.
  ///
  /// - Throws: `.malformedAnswer` when it is no HTTP/2 at all; other mistakes end the session, and the
  ///   other side is told.
  func receive(_ bytes: Span<UInt8>) throws(GRPCError) {
    let count = unsafe bytes.withUnsafeBufferPointer {
      unsafe nghttp2_session_mem_recv(pointer, $0.baseAddress, $0.count)
    }
    guard count == bytes.count else {
      throw GRPCError(.malformedAnswer, "the other side does not speak HTTP/2")
    }
  }

  /// Gives what is to be sent.
  func takeOutput() throws(GRPCError) -> WipedBuffer {
    while true {
      var start: UnsafePointer<UInt8>?
      let count = unsafe nghttp2_session_mem_send(pointer, &start)
      guard count >= 0 else { throw HTTP2Session.outOfMemory }
      guard count > 0, let start = unsafe start else { break }
      unsafe output.append(Span(_unsafeStart: start, count: count))
    }
    var taken = WipedBuffer()
    swap(&taken, &output)
    return taken
  }

  /// Says that no further request is taken.
  func goAway() {
    _ = unsafe nghttp2_session_terminate_session(pointer, UInt32(NGHTTP2_NO_ERROR.rawValue))
  }

  // MARK: requests and responses

  /// Sends a request.
  func request(
    _ headers: [HTTP2Field], body: consuming WipedBuffer
  ) throws(GRPCError) -> HTTP2Stream {
    var provider = unsafe HTTP2Callbacks.provider
    let identifier = unsafe HTTP2Session.withValues(headers) { values in
      unsafe nghttp2_submit_request(
        pointer, nil, values.baseAddress, values.count, &provider, nil)
    }
    guard identifier > 0 else { throw HTTP2Session.outOfMemory }
    let stream = HTTP2Stream(identifier)
    stream.send(body, trailers: [])
    streams[identifier] = stream
    return stream
  }

  /// The next request of which all has come, or more than may.
  func nextRequest() -> HTTP2Stream? {
    while !complete.isEmpty {
      if let stream = streams[complete.removeFirst()] { return stream }
    }
    return nil
  }

  /// Answers a request with a body and trailers.
  func respond(
    to stream: HTTP2Stream, _ headers: [HTTP2Field], body: consuming WipedBuffer,
    trailers: [HTTP2Field]
  ) {
    guard streams[stream.identifier] != nil else { return }
    stream.send(body, trailers: trailers)
    var provider = unsafe HTTP2Callbacks.provider
    _ = unsafe HTTP2Session.withValues(headers) { values in
      unsafe nghttp2_submit_response(
        pointer, stream.identifier, values.baseAddress, values.count, &provider)
    }
  }

  /// Answers a request with headers alone.
  func respond(to stream: HTTP2Stream, _ headers: [HTTP2Field]) {
    guard streams[stream.identifier] != nil else { return }
    _ = unsafe HTTP2Session.withValues(headers) { values in
      unsafe nghttp2_submit_response(
        pointer, stream.identifier, values.baseAddress, values.count, nil)
    }
  }

  /// Has the other side send no more of a request; to be called when the answer is on its way, which
  /// the library would drop.
  func stop(_ stream: HTTP2Stream) {
    _ = unsafe nghttp2_submit_rst_stream(
      pointer, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.identifier,
      UInt32(NGHTTP2_NO_ERROR.rawValue))
  }

  /// Lends headers as the library takes them; it copies them.
  private static func withValues<Result>(
    _ fields: [HTTP2Field], _ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result
  ) -> Result {
    var text: [UInt8] = []
    for field in fields { text += Array(field.name.utf8) + Array(field.value.utf8) }
    return unsafe text.withUnsafeMutableBufferPointer { text in
      var rest = unsafe text[...]
      var values: [nghttp2_nv] = unsafe []
      for field in fields {
        let (name, value) = (field.name.utf8.count, field.value.utf8.count)
        let start = unsafe UnsafeMutableBufferPointer(rebasing: rest).baseAddress
        unsafe values.append(
          nghttp2_nv(
            name: start, value: start.map { unsafe $0 + name }, namelen: name, valuelen: value,
            flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
        unsafe rest = rest.dropFirst(name + value)
      }
      return unsafe values.withUnsafeBufferPointer { unsafe body($0) }
    }
  }

  // MARK: what the library calls

  /// A request begins.
  func begin(_ identifier: Int32) { streams[identifier] = HTTP2Stream(identifier) }

  func note(_ identifier: Int32, _ name: String, _ value: String) {
    streams[identifier]?.note(name, value)
  }

  func receive(_ identifier: Int32, _ bytes: Span<UInt8>) {
    guard let stream = streams[identifier] else { return }
    let wasTooLarge = stream.isTooLarge
    stream.receive(bytes)
    if stream.isTooLarge, !wasTooLarge { complete.append(identifier) }
  }

  /// The other side has sent all of a stream.
  func end(_ identifier: Int32) {
    guard let stream = streams[identifier] else { return }
    stream.isComplete = true
    if !stream.isTooLarge { complete.append(identifier) }
  }

  func close(_ identifier: Int32) {
    streams.removeValue(forKey: identifier)?.isClosed = true
  }

  /// How many bytes of a body come next, and whether these are the last; nil for a stream that is
  /// not there.
  func nextBody(_ identifier: Int32, room: Int) -> (count: Int, isLast: Bool)? {
    guard let stream = streams[identifier] else { return nil }
    let count = min(room, stream.unsentByteCount)
    return (count, count == stream.unsentByteCount)
  }

  /// Submits what stands behind a body; false when there is nothing.
  func submitTrailers(_ identifier: Int32) -> Bool {
    guard let trailers = streams[identifier]?.trailers, !trailers.isEmpty else { return false }
    return unsafe HTTP2Session.withValues(trailers) { values in
      unsafe nghttp2_submit_trailer(pointer, identifier, values.baseAddress, values.count)
    } == 0
  }

  /// Sends a frame of a body: its head and its bytes.
  func send(_ identifier: Int32, head: Span<UInt8>, count: Int) -> Bool {
    guard let stream = streams[identifier], stream.unsentByteCount >= count else { return false }
    output.append(head)
    stream.moveOutgoing(count, to: &output)
    return true
  }
}
