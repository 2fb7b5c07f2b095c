/// What came back for a ClientHello.
public enum ServerAnswer: Sendable, Equatable {
  /// The server goes on, with this version and suite.
  case hello(version: UInt16, suite: UInt16)
  /// An alert (RFC 8446, section 6).
  case alert(TLSAlert)
  /// An HTTP answer in plain text.
  case http
  /// Something else: its first bytes, at most 64.
  case other([UInt8])
  /// The connection ended; how many bytes had come.
  case closed(after: Int)
  /// Nothing more came in time; how many bytes had come.
  case silence(after: Int)

  /// How many bytes of an answer are looked at.
  static let maximumByteCount = 1 << 16

  /// What the bytes are so far; nil when more are needed to tell.
  public static func read(_ bytes: [UInt8]) -> ServerAnswer? {
    if bytes.starts(with: "HTTP/".utf8) { return .http }
    if "HTTP/".utf8.starts(with: bytes) { return nil }
    var messages: [UInt8] = []
    var offset = 0
    // The records (RFC 8446, section 5.1) whose header has come.
    while offset < bytes.count {
      let type = bytes[offset]
      guard type == 21 || type == 22, offset + 1 >= bytes.count || bytes[offset + 1] == 3 else {
        return .other(Array(bytes.prefix(64)))
      }
      guard offset + 5 <= bytes.count else { return nil }
      let count = Int(bytes[offset + 3]) << 8 | Int(bytes[offset + 4])
      guard (1...(1 << 14) + 256).contains(count) else { return .other(Array(bytes.prefix(64))) }
      let body = bytes[(offset + 5)...].prefix(count)
      if type == 21 {
        guard body.count >= 2 else { return nil }
        return .alert(TLSAlert(number: body[body.startIndex + 1]))
      }
      messages += body
      if let hello = serverHello(messages) { return hello }
      offset += 5 + count
    }
    return bytes.count >= maximumByteCount ? .other(Array(bytes.prefix(64))) : nil
  }

  /// A ServerHello or HelloRetryRequest (RFC 8446, section 4.1.3); nil when it has not come as a
  /// whole.
  private static func serverHello(_ message: [UInt8]) -> ServerAnswer? {
    guard message.count >= 4 else { return nil }
    let count = Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3])
    let malformed = ServerAnswer.other(Array(message.prefix(64)))
    guard message[0] == 2, count <= maximumByteCount else { return malformed }
    guard message.count >= 4 + count else { return nil }
    var cursor = Cursor(bytes: message[4..<(4 + count)])
    guard let legacy = cursor.number(), cursor.skip(32), let session = cursor.byte(),
      cursor.skip(Int(session)), let suite = cursor.number(), cursor.skip(1)
    else { return malformed }
    var version = legacy
    // Extensions are missing before TLS 1.2.
    if let length = cursor.number() {
      guard Int(length) == cursor.bytes.count else { return malformed }
      while !cursor.bytes.isEmpty {
        guard let type = cursor.number(), let size = cursor.number(),
          var body = cursor.take(Int(size))
        else { return malformed }
        if type == 43, let selected = body.number() { version = selected }
      }
    } else if !cursor.bytes.isEmpty {
      return malformed
    }
    return .hello(version: version, suite: suite)
  }

  private struct Cursor {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ count: Int) -> Cursor? {
      guard count <= bytes.count else { return nil }
      defer { bytes = bytes.dropFirst(count) }
      return Cursor(bytes: bytes.prefix(count))
    }

    mutating func skip(_ count: Int) -> Bool { take(count) != nil }
    mutating func byte() -> UInt8? { bytes.popFirst() }

    mutating func number() -> UInt16? {
      guard bytes.count >= 2, let high = byte(), let low = byte() else { return nil }
      return UInt16(high) << 8 | UInt16(low)
    }
  }
}
