internal import CSodium

/// A few secret bytes: guarded pages around them, locked in RAM, left out of core dumps, wiped.
///
/// Lives in a slot of an arena when one is given, has room and the bytes fit (64), else in a region
/// of its own: a full arena costs time, not correctness. Has no description, no `==` and no
/// coding, so that it cannot end up in a log by accident.
///
/// Unchecked sendable: the bytes have exactly one owner, which alone can change them.
@safe
public struct SecretBytes: ~Copyable, @unchecked Sendable {
  private let start: UnsafeMutablePointer<UInt8>
  private let arena: SecretArena?

  /// How many bytes there are.
  public let count: Int

  /// Zeros, to be filled in.
  ///
  /// - Throws: `.outOfMemory`.
  public init(zeroed count: Int, in arena: SecretArena? = nil) throws(CryptoError) {
    if count <= SecretArena.slotByteCount, let arena, let slot = unsafe arena.take() {
      unsafe start = slot
      self.arena = arena
    } else {
      unsafe start = try SecretMemory.allocate(count)
      self.arena = nil
    }
    self.count = count
  }

  /// Copies bytes; the caller wipes its own copy.
  ///
  /// - Throws: `.outOfMemory`.
  public init(copying bytes: Span<UInt8>, in arena: SecretArena? = nil) throws(CryptoError) {
    try self.init(zeroed: bytes.count, in: arena)
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      unsafe start.update(from: first, count: source.count)
    }
  }

  /// Random bytes.
  ///
  /// - Throws: `.outOfMemory`.
  public static func random(
    count: Int, in arena: SecretArena? = nil
  ) throws(CryptoError) -> SecretBytes {
    var secret = try SecretBytes(zeroed: count, in: arena)
    var span = secret.mutableBytes
    RandomBytes.fill(&span)
    return secret
  }

  deinit {
    if let arena {
      unsafe arena.giveBack(start)
    } else {
      unsafe sodium_free(start)
    }
  }

  /// The bytes, borrowed.
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let span = unsafe Span(_unsafeStart: UnsafePointer(start), count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The bytes, to be written.
  public var mutableBytes: MutableSpan<UInt8> {
    @_lifetime(&self)
    mutating get {
      let span = unsafe MutableSpan(_unsafeStart: start, count: count)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// Whether both hold the same bytes, in constant time; lengths are not secret.
  public func isEqual(to other: borrowing SecretBytes) -> Bool {
    ConstantTime.equal(bytes, other.bytes)
  }
}
