/// A public value of a fixed number of bytes: the storage of nonces, tags, digests, public keys.
struct FixedBytes<let count: Int>: Sendable, Hashable {
  private var storage = InlineArray<count, UInt8>(repeating: 0)

  /// All zeros.
  init() {}

  /// Copies exactly `count` bytes.
  ///
  /// - Throws: `.invalidLength` for any other number of bytes.
  init(copying bytes: Span<UInt8>, _ context: StaticString) throws(CryptoError) {
    guard bytes.count == count else { throw CryptoError(.invalidLength, context) }
    for index in 0..<count { storage[index] = bytes[index] }
  }

  /// Random bytes.
  static func random() -> FixedBytes {
    var value = FixedBytes()
    var span = value.storage.mutableSpan
    RandomBytes.fill(&span)
    return value
  }

  /// Random bytes from a pool.
  static func random(from pool: inout RandomPool) -> FixedBytes {
    var value = FixedBytes()
    var span = value.storage.mutableSpan
    pool.fill(&span)
    return value
  }

  /// The bytes, borrowed.
  var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { storage.span }
  }

  /// Lends a pointer to write `count` bytes to.
  mutating func withMutablePointer<Result>(
    _ body: (UnsafeMutablePointer<UInt8>) -> Result
  ) -> Result {
    var span = storage.mutableSpan
    return unsafe span.withPointer(body)
  }

  static func == (left: FixedBytes, right: FixedBytes) -> Bool {
    ConstantTime.equal(left.bytes, right.bytes)
  }

  func hash(into hasher: inout Hasher) {
    for index in 0..<count { hasher.combine(storage[index]) }
  }
}
