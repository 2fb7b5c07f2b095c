internal import CNGHTTP2
internal import CryptoCore

/// What nghttp2 calls while it reads and writes, each with the session that it belongs to.
@unsafe
enum HTTP2Callbacks {
  /// Where bodies come from.
  ///
  /// They are not copied into the library's memory, which nobody wipes.
  static var provider: nghttp2_data_provider {
    unsafe nghttp2_data_provider(
      source: nghttp2_data_source(ptr: nil),
      read_callback: { _, identifier, _, room, flags, _, user in
        guard let session = unsafe HTTP2Callbacks.session(user),
          let next = session.nextBody(identifier, room: room), let flags = unsafe flags
        else { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
        if next.isLast {
          unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
          if session.submitTrailers(identifier) {
            unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
          }
        }
        return next.count
      })
  }

  private static func session(_ user: UnsafeMutableRawPointer?) -> HTTP2Session? {
    unsafe user.map { unsafe Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
  }

  static func set(_ callbacks: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
      if let frame = unsafe frame, let session = unsafe HTTP2Callbacks.session(user),
        session.role == .server,
        unsafe frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
      {
        session.begin(unsafe frame.pointee.hd.stream_id)
      }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameCount, value, valueCount, _, user in
      if let frame = unsafe frame, let session = unsafe HTTP2Callbacks.session(user) {
        session.note(
          unsafe frame.pointee.hd.stream_id, unsafe HTTP2Callbacks.text(name, nameCount),
          unsafe HTTP2Callbacks.text(value, valueCount))
      }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
      _, _, identifier, start, count, user in
      if let start = unsafe start, let session = unsafe HTTP2Callbacks.session(user) {
        session.receive(identifier, unsafe Span(_unsafeStart: start, count: count))
      }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
      if let head = unsafe frame?.pointee.hd, let session = unsafe HTTP2Callbacks.session(user),
        head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0,
        [NGHTTP2_DATA.rawValue, NGHTTP2_HEADERS.rawValue].contains(UInt32(head.type))
      {
        session.end(head.stream_id)
      }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) {
      _, identifier, _, user in
      unsafe HTTP2Callbacks.session(user)?.close(identifier)
      return 0
    }
    unsafe nghttp2_session_callbacks_set_send_data_callback(callbacks) {
      _, frame, head, count, _, user in
      // A frame's head has nine bytes (RFC 9113, section 4.1); no padding is asked for.
      guard let frame = unsafe frame, let head = unsafe head,
        let session = unsafe HTTP2Callbacks.session(user),
        session.send(
          unsafe frame.pointee.hd.stream_id, head: unsafe Span(_unsafeStart: head, count: 9),
          count: count)
      else { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue }
      return 0
    }
  }

  private static func text(_ start: UnsafePointer<UInt8>?, _ count: Int) -> String {
    unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
