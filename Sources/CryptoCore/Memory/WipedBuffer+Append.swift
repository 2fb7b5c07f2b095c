extension WipedBuffer {
  /// Appends one byte.
  public mutating func append(_ byte: UInt8) {
    append(count: 1) { $0[0] = byte }
  }

  /// Appends a copy of `bytes`.
  public mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  /// Appends a copy of `bytes`.
  public mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

  /// Appends the UTF-8 of a text known when compiling.
  public mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe append($0) }
  }

  /// Appends the UTF-8 of a text; the text itself, being a `String`, is not wiped.
  public mutating func append(utf8 text: String) {
    var text = text
    text.withUTF8 { unsafe append($0) }
  }

  /// Appends `count` bytes, all `byte`.
  public mutating func append(repeating byte: UInt8, count: Int) {
    append(count: count) { span in span.update(repeating: byte) }
  }

  private mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
    guard let first = source.baseAddress, source.count > 0 else { return }
    unsafe appendUnsafe(upTo: source.count) { room in
      unsafe room.copyMemory(from: UnsafeRawBufferPointer(start: first, count: source.count))
      return source.count
    }
  }
}
