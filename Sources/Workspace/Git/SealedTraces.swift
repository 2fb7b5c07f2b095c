internal import CryptoCore

/// Whether a text could hold something sealed.
enum SealedTraces {
  /// Whether what every token begins with, or the name of the envelope, is in it.
  static func areIn(_ source: Span<UInt8>) -> Bool {
    source.contains(text: "SEALWAX1") || source.contains(text: "sealwax.dev/envelope")
  }

  /// The same of a buffer.
  static func areIn(_ buffer: borrowing WipedBuffer) -> Bool { areIn(buffer.bytes) }
}
