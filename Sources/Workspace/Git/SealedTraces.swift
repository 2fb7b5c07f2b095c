internal import CryptoCore

/// Whether a text could hold something sealed.
enum SealedTraces {
  /// Whether what every token begins with, or the name of the envelope, is in it.
  static func areIn(_ source: Span<UInt8>) -> Bool {
    let marks = [Array("SEALWAX1".utf8), Array("sealwax.dev/envelope".utf8)]
    for index in source.indices where source[index] | 0x20 == UInt8(ascii: "s") {
      for mark in marks where source.count - index >= mark.count {
        if source.extracting(index..<index + mark.count).isSame(as: mark.span) { return true }
      }
    }
    return false
  }

  /// The same of a buffer.
  static func areIn(_ buffer: borrowing WipedBuffer) -> Bool { areIn(buffer.bytes) }
}
