internal import CryptoCore

/// What a child has written and nobody has read yet.
struct LineBuffer: ~Copyable, Sendable {
  private var bytes = WipedBuffer()
  private var start = 0

  var count: Int { bytes.count - start }

  /// Where the next line ends, counted from the start of what is unread.
  func lineLength(from offset: Int) -> Int? {
    let span = bytes.bytes
    var index = start + offset
    while index < span.count {
      if span[index] == UInt8(ascii: "\n") { return index - start }
      index += 1
    }
    return nil
  }

  /// Moves `count` bytes out, and skips `skipped` more.
  mutating func take(_ count: Int, skipping skipped: Int, appendingTo output: inout WipedBuffer) {
    output.append(bytes.bytes.extracting(start..<(start + count)))
    start += count + skipped
    if start == bytes.count {
      bytes.removeAll()
      start = 0
    } else if start > 65536 {
      bytes = WipedBuffer(copying: bytes.bytes.extracting(start...))
      start = 0
    }
  }

  /// Appends what one read from a descriptor gives; returns how much, 0 at the end.
  mutating func fill(from descriptor: Int32, named name: String) throws(PlatformError) -> Int {
    try Files.read(descriptor, atMost: 16384, appendingTo: &bytes, name)
  }
}
