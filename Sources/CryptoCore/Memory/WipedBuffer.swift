internal import CSodium
internal import Glibc

/// Growable bytes for plaintext: wiped when they move, shrink or go, but not locked in RAM.
///
/// Everything between `count` and the capacity is zero, always. When the system has no memory left
/// the process stops, as with an array. Unchecked sendable: the bytes have one owner.
@safe
public struct WipedBuffer: ~Copyable, @unchecked Sendable {
  private var start: UnsafeMutablePointer<UInt8>?
  private var capacity: Int

  /// How many bytes there are.
  public private(set) var count: Int

  /// An empty buffer without storage.
  public init() {
    unsafe start = nil
    capacity = 0
    count = 0
  }

  /// An empty buffer with room for `capacity` bytes.
  public init(capacity: Int) {
    self.init()
    reserve(capacity)
  }

  /// A copy of `bytes`.
  public init(copying bytes: Span<UInt8>) {
    self.init(capacity: bytes.count)
    append(bytes)
  }

  deinit {
    guard let start = unsafe start else { return }
    unsafe sodium_memzero(start, count)
    unsafe free(start)
  }

  /// Whether there are no bytes.
  public var isEmpty: Bool { count == 0 }

  /// The bytes, borrowed.
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let buffer = unsafe UnsafeBufferPointer(start: UnsafePointer(start), count: count)
      let span = unsafe Span(_unsafeElements: buffer)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The bytes, to be written.
  public var mutableBytes: MutableSpan<UInt8> {
    @_lifetime(&self)
    mutating get {
      let buffer = unsafe UnsafeMutableBufferPointer(start: start, count: count)
      let span = unsafe MutableSpan(_unsafeElements: buffer)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// Makes room for `additional` more bytes; grows by doubling, so appending is linear.
  public mutating func reserve(_ additional: Int) {
    precondition(additional >= 0, "a negative number of bytes")
    let needed = count + additional
    if needed > capacity { grow(to: max(needed, capacity * 2, 64)) }
  }

  private mutating func grow(to newCapacity: Int) {
    let moved = unsafe Self.zeros(newCapacity)
    guard let moved = unsafe moved?.assumingMemoryBound(to: UInt8.self) else {
      preconditionFailure("out of memory")
    }
    if let start = unsafe start {
      unsafe moved.update(from: start, count: count)
      unsafe sodium_memzero(start, count)
      unsafe free(start)
    }
    unsafe start = moved
    capacity = newCapacity
  }

  /// Zeroed memory: glibc's malloc has small pieces at hand, of which its calloc knows nothing.
  private static func zeros(_ count: Int) -> UnsafeMutableRawPointer? {
    guard count <= 1024 else { return unsafe calloc(count, 1) }
    guard let start = unsafe malloc(count) else { return nil }
    unsafe memset(start, 0, count)
    return unsafe start
  }

  /// Appends `additional` bytes that `body` writes into zeros.
  ///
  /// When `body` throws, nothing is appended and what it wrote is wiped.
  public mutating func append<Failure: Error>(
    count additional: Int,
    initializingWith body: (inout MutableSpan<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    reserve(additional)
    guard let start = unsafe start else {
      var none = MutableSpan<UInt8>()
      return try body(&none)
    }
    let room = unsafe start + count
    var span = unsafe MutableSpan(_unsafeStart: room, count: additional)
    do throws(Failure) {
      try body(&span)
    } catch {
      unsafe sodium_memzero(room, additional)
      throw error
    }
    count += additional
  }

  /// Appends at most `maximum` bytes that `body` writes from the start of its argument (zeros).
  ///
  /// `body` returns how many of them count; the rest is wiped, all of it when `body` throws.
  @discardableResult
  package mutating func appendUnsafe<Failure: Error>(
    upTo maximum: Int,
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> Int {
    reserve(maximum)
    guard let first = unsafe start.map({ unsafe $0 + count }) else { return 0 }
    var written = 0
    defer {
      unsafe sodium_memzero(first + written, maximum - written)
      count += written
    }
    let result = unsafe try body(UnsafeMutableRawBufferPointer(start: first, count: maximum))
    precondition((0...maximum).contains(result), "more bytes than there is room for")
    written = result
    return result
  }

  /// Keeps the first `newCount` bytes and wipes the rest; no effect when there are fewer.
  public mutating func truncate(to newCount: Int) {
    precondition(newCount >= 0, "a negative number of bytes")
    guard newCount < count, let start = unsafe start else { return }
    unsafe sodium_memzero(start + newCount, count - newCount)
    count = newCount
  }

  /// Wipes all bytes and keeps the storage.
  public mutating func removeAll() { truncate(to: 0) }
}
