internal import COpenSSL

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
  /// The length of a digest, in bytes.
  public static let digestByteCount = 32

  /// A digest.
  public struct Digest: Sendable, Hashable {
    fileprivate var value = FixedBytes<32>()

    /// The 32 bytes.
    public var bytes: Span<UInt8> {
      @_lifetime(borrow self)
      get { value.bytes }
    }
  }

  /// The digest of a message.
  public static func hash(_ message: Span<UInt8>) -> Digest {
    var stream = Stream()
    stream.update(message)
    return stream.finalize()
  }

  /// The digest of one message after the other, both public: no trace of them is wiped.
  package static func hash(public first: Span<UInt8>, _ second: Span<UInt8>) -> Digest {
    var state = SHA256_CTX()
    unsafe SHA256_Init(&state)
    _ = unsafe first.withPointer { unsafe SHA256_Update(&state, $0, first.count) }
    _ = unsafe second.withPointer { unsafe SHA256_Update(&state, $0, second.count) }
    var digest = Digest()
    _ = unsafe digest.value.withMutablePointer { unsafe SHA256_Final($0, &state) }
    return digest
  }

  /// A message that is hashed in pieces.
  @safe
  public struct Stream: ~Copyable, Sendable {
    private let state = WipedBox(SHA256_CTX())

    /// An empty message.
    public init() { _ = unsafe SHA256_Init(state.pointer) }

    /// Appends to the message.
    public mutating func update(_ bytes: Span<UInt8>) {
      _ = unsafe bytes.withPointer { unsafe SHA256_Update(state.pointer, $0, bytes.count) }
    }

    /// The digest of the message.
    public consuming func finalize() -> Digest {
      var digest = Digest()
      _ = unsafe digest.value.withMutablePointer { unsafe SHA256_Final($0, state.pointer) }
      return digest
    }
  }
}
