internal import CryptoCore

/// The texts of a tree's values and comments, which may be secret, in one buffer that is wiped.
final class TreeText {
  private var store = Store()

  /// - Parameter capacity: How many bytes there will be, about.
  init(capacity: Int = 0) { store.buffer.reserve(capacity) }

  private struct Store: ~Copyable {
    var buffer = WipedBuffer()

    borrowing func lend<Result: ~Copyable, Failure: Error>(
      _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try body(buffer.bytes.extracting(range))
    }
  }

  /// How many bytes there are.
  var byteCount: Int { store.buffer.count }

  /// Keeps a copy of bytes, which must not be this store's own.
  func add(_ bytes: Span<UInt8>) -> Range<Int> {
    let start = store.buffer.count
    store.buffer.append(bytes)
    return start..<store.buffer.count
  }

  /// Keeps public bytes.
  func add(_ bytes: [UInt8]) -> Range<Int> { add(bytes.span) }

  /// Keeps what `body` appends; nothing when it throws.
  func add<Failure: Error>(
    _ body: (inout WipedBuffer) throws(Failure) -> Void
  ) throws(Failure) -> Range<Int> {
    let start = store.buffer.count
    try append(body)
    return start..<store.buffer.count
  }

  /// The same, with what `body` returns.
  func append<Result, Failure: Error>(
    _ body: (inout WipedBuffer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = store.buffer.count
    do throws(Failure) {
      return try body(&store.buffer)
    } catch {
      store.buffer.truncate(to: start)
      throw error
    }
  }

  /// Lends a text; nothing may be added meanwhile.
  func lend<Result: ~Copyable, Failure: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try store.lend(range, body)
  }

  /// A text as a string, which is not wiped: for what is public only.
  func string(_ range: Range<Int>) -> String {
    lend(range) { String(copying: $0) }
  }
}
