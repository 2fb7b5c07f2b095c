internal import COpenSSL

/// SHA-512 (FIPS 180-4).
public enum SHA512 {
  /// The length of a digest, in bytes.
  public static let digestByteCount = 64

  /// A digest.
  public struct Digest: Sendable, Hashable {
    fileprivate var value = FixedBytes<64>()

    /// The 64 bytes.
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

  /// A message that is hashed in pieces.
  @safe
  public struct Stream: ~Copyable, Sendable {
    private let state = WipedBox(SHA512_CTX())

    /// An empty message.
    public init() { _ = unsafe SHA512_Init(state.pointer) }

    /// Appends to the message.
    public mutating func update(_ bytes: Span<UInt8>) {
      _ = unsafe bytes.withPointer { unsafe SHA512_Update(state.pointer, $0, bytes.count) }
    }

    /// The digest of the message.
    public consuming func finalize() -> Digest {
      var digest = Digest()
      _ = unsafe digest.value.withMutablePointer { unsafe SHA512_Final($0, state.pointer) }
      return digest
    }

    /// The same for a secret message, straight into 64 bytes of secret memory.
    consuming func finalize(into output: inout MutableSpan<UInt8>) {
      precondition(output.count == digestByteCount, "a digest of another length")
      _ = unsafe output.withPointer { unsafe SHA512_Final($0, state.pointer) }
    }
  }
}
