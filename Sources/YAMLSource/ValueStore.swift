internal import CryptoCore

/// The decoded values of a tree, in one buffer that is wiped when the tree goes.
struct ValueStore: ~Copyable, Sendable {
  private let buffer: WipedBuffer

  init(_ buffer: consuming WipedBuffer) { self.buffer = buffer }

  borrowing func lend<Result: ~Copyable, Failure: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(buffer.bytes.extracting(range))
  }

  /// A value as text, which is not wiped.
  borrowing func text(_ range: Range<Int>) -> String {
    lend(range) { String(copying: $0) }
  }

  borrowing func areEqual(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    lend(left) { left in lend(right) { right in Self.areEqual(left, right) } }
  }

  borrowing func isEqual(_ range: Range<Int>, _ text: StaticString) -> Bool {
    lend(range) { bytes in text.withUTF8Buffer { unsafe Self.areEqual(bytes, $0.span) } }
  }

  private static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
  }
}
