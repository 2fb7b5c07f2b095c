public import CryptoCore

/// Writes a message in the wire format of Protocol Buffers, into wiped memory.
public struct ProtobufWriter: ~Copyable, Sendable {
  private var message = WipedBuffer(capacity: 256)

  /// An empty message.
  public init() {}

  /// The message.
  public consuming func take() -> WipedBuffer { message }

  /// Appends bytes, also the empty ones.
  ///
  /// - Parameter number: 1 to 15.
  public mutating func append(_ number: UInt8, _ bytes: Span<UInt8>) {
    precondition((1...15).contains(number), "a field's number of one byte")
    message.append(number << 3 | 2)
    var count = UInt64(bytes.count)
    while count >= 0x80 {
      message.append(UInt8(truncatingIfNeeded: count) | 0x80)
      count >>= 7
    }
    message.append(UInt8(truncatingIfNeeded: count))
    message.append(bytes)
  }

  /// Appends a text; an empty one is left out, as proto3 has it.
  public mutating func append(_ number: UInt8, _ text: String) {
    if !text.isEmpty { append(number, Array(text.utf8).span) }
  }

  /// Appends a message.
  public mutating func append(_ number: UInt8, _ inner: consuming ProtobufWriter) {
    let bytes = inner.take()
    append(number, bytes.bytes)
  }
}
