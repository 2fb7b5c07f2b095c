internal import CryptoCore

/// A message as bodies have it (gRPC over HTTP/2, "Length-Prefixed-Message"): a byte that says whether
/// it is compressed, four bytes of length, the message.
enum GRPCFrame {
  static let headByteCount = 5
  /// The most bytes of a message.
  ///
  /// Key services send and get some hundred.
  static let maximumMessageByteCount = 1 << 16

  /// A body with one message.
  static func body(_ message: Span<UInt8>) throws(GRPCError) -> WipedBuffer {
    guard let count = UInt32(exactly: message.count), message.count <= maximumMessageByteCount
    else {
      throw GRPCError(.malformedAnswer, "the message is too long")
    }
    var body = WipedBuffer(capacity: headByteCount + message.count)
    body.append(0)
    for shift in [24, 16, 8, 0] { body.append(UInt8(truncatingIfNeeded: count >> shift)) }
    body.append(message)
    return body
  }

  /// The one message of a body.
  ///
  /// - Throws: `.unimplemented` for a compressed one, `.invalidArgument` for anything but one message.
  static func message(in body: Span<UInt8>) throws(GRPCStatus) -> Range<Int> {
    guard body.count >= headByteCount else {
      throw GRPCStatus(.invalidArgument, "there is no message")
    }
    guard body[0] == 0 else {
      throw GRPCStatus(.unimplemented, "compressed messages are not read")
    }
    let count = (1..<headByteCount).reduce(0) { $0 << 8 | Int(body[$1]) }
    guard count == body.count - headByteCount else {
      throw GRPCStatus(.invalidArgument, "the body is not one message")
    }
    return headByteCount..<body.count
  }
}
