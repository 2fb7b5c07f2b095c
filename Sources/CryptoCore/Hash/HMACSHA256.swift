/// HMAC with SHA-256 (RFC 2104, FIPS 198-1) and tags of 32 bytes.
public enum HMACSHA256: KeyedAlgorithm {
  /// The length of the keys used here, in bytes.
  public static let keyByteCount = 32
  /// The length of a tag, in bytes.
  public static let tagByteCount = 32

  /// A message authentication code; `==` takes constant time.
  public struct Tag: Sendable, Hashable {
    fileprivate var value: FixedBytes<32>

    fileprivate init() { value = FixedBytes() }

    /// Copies 32 bytes.
    ///
    /// - Throws: `.invalidLength`.
    public init(copying bytes: Span<UInt8>) throws(CryptoError) {
      value = try FixedBytes(copying: bytes, "taking an authentication code")
    }

    /// The 32 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { value.bytes }
    }

    /// Whether both are the same, in constant time.
    public func isEqual(to other: Tag) -> Bool { value == other.value }
  }

  /// The code of a message.
  public static func authenticate(
    _ message: Span<UInt8>, key: borrowing SymmetricKey<HMACSHA256>
  ) -> Tag {
    authenticate(message, keyBytes: key.bytes)
  }

  /// The code of a message under a key of any length.
  public static func authenticate(_ message: Span<UInt8>, keyBytes: Span<UInt8>) -> Tag {
    var tag = Tag()
    var state = unsafe HMACState(key: keyBytes)
    defer { unsafe state.wipe() }
    unsafe state.update(message)
    unsafe tag.value.withMutablePointer { unsafe state.finalize(into: $0) }
    return tag
  }

  /// A message that is authenticated in pieces.
  @safe
  public struct Stream: ~Copyable, Sendable {
    private let state: WipedBox<HMACState>

    /// An empty message under a key.
    public init(key: borrowing SymmetricKey<HMACSHA256>) { self.init(keyBytes: key.bytes) }

    /// An empty message under a key of any length.
    public init(keyBytes: Span<UInt8>) {
      var state = unsafe HMACState(key: keyBytes)
      unsafe self.state = WipedBox(state)
      unsafe state.wipe()
    }

    /// Appends to the message.
    public mutating func update(_ bytes: Span<UInt8>) {
      unsafe state.pointer.pointee.update(bytes)
    }

    /// The code of the message.
    public consuming func finalize() -> Tag {
      var tag = Tag()
      unsafe tag.value.withMutablePointer { unsafe state.pointer.pointee.finalize(into: $0) }
      return tag
    }
  }
}
