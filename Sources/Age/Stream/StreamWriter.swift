internal import CryptoCore

/// Writes a file in order, armored or not.
struct StreamWriter: ~Copyable {
  private let isArmored: Bool
  /// Bytes that do not fill a line of armor yet.
  private var rest = WipedBuffer()
  private var text = WipedBuffer()

  init(isArmored: Bool) { self.isArmored = isArmored }

  /// Writes header and nonce; returns the key of the payload.
  mutating func writeHeader(
    for recipients: [any Recipient], _ sink: AgeStream.Sink
  ) throws(AgeError) -> PayloadKey {
    var header = WipedBuffer(capacity: 512)
    let key = try Self.makeHeader(for: recipients, appendingTo: &header)
    if isArmored {
      text.append(Armor.begin)
      text.append(UInt8(ascii: "\n"))
    }
    try write(header.bytes, sink)
    return key
  }

  /// Appends header and nonce; returns the key of the payload.
  static func makeHeader(
    for recipients: [any Recipient], appendingTo header: inout WipedBuffer
  ) throws(AgeError) -> PayloadKey {
    let arena = try AgeFile.makeArena(unless: nil)
    let fileKey = try AgeFile.makeHeader(for: recipients, in: arena, appendingTo: &header)
    let start = header.count
    header.append(count: Payload.nonceByteCount) { RandomBytes.fill(&$0) }
    return PayloadKey(
      try Payload.key(fileKey, nonce: header.bytes.extracting(start...), in: arena))
  }

  /// Writes bytes of the file.
  mutating func write(_ bytes: Span<UInt8>, _ sink: AgeStream.Sink) throws(AgeError) {
    guard isArmored else {
      do { return try sink(bytes) } catch { throw AgeError(error) }
    }
    let line = Armor.lineByteCounts.bytes
    var start = 0
    if !rest.isEmpty {
      start = min(line - rest.count, bytes.count)
      rest.append(bytes.extracting(..<start))
      guard rest.count == line else { return }
      Self.encode(rest, appendingTo: &text)
      rest.removeAll()
    }
    let end = start + (bytes.count - start) / line * line
    Armor.encodeLines(bytes.extracting(start..<end), appendingTo: &text)
    rest.append(bytes.extracting(end...))
    try flush(sink)
  }

  /// Ends the file.
  mutating func finish(_ sink: AgeStream.Sink) throws(AgeError) {
    guard isArmored else { return }
    Self.encode(rest, appendingTo: &text)
    text.append(Armor.end)
    text.append(UInt8(ascii: "\n"))
    try flush(sink)
  }

  private static func encode(
    _ bytes: borrowing WipedBuffer, appendingTo text: inout WipedBuffer
  ) {
    Armor.encodeLines(bytes.bytes, appendingTo: &text)
  }

  private mutating func flush(_ sink: AgeStream.Sink) throws(AgeError) {
    do { try sink(text.bytes) } catch { throw AgeError(error) }
    text.removeAll()
  }
}
