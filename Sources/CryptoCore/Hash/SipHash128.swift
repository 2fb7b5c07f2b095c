internal import CSodium

/// SipHash-2-4 with 128 bits of output, by libsodium: short, keyed, and nobody without the key can
/// make two inputs collide.
public enum SipHash128 {
  /// The hash of an input.
  public struct Hash: Sendable, Hashable {
    /// The first eight bytes, little-endian.
    public let low: UInt64
    /// The last eight bytes, little-endian.
    public let high: UInt64
  }

  /// What makes hashes unforeseeable: as secret as the tables that are built on them.
  public struct Key: Sendable {
    fileprivate let bytes: InlineArray<16, UInt8>

    /// Sixteen bytes of the caller's choice, as for published vectors.
    public init(_ bytes: InlineArray<16, UInt8>) { self.bytes = bytes }

    /// A random key.
    public static func random() -> Key {
      var bytes = InlineArray<16, UInt8>(repeating: 0)
      var span = bytes.mutableSpan
      RandomBytes.fill(&span)
      return Key(bytes)
    }
  }

  /// Hashes an input.
  public static func hash(_ input: Span<UInt8>, key: Key) -> Hash {
    var output = InlineArray<16, UInt8>(repeating: 0)
    var span = output.mutableSpan
    _ = unsafe span.withPointer { result in
      unsafe input.withPointer { bytes in
        unsafe key.bytes.span.withPointer { key in
          unsafe crypto_shorthash_siphashx24(result, bytes, UInt64(input.count), key)
        }
      }
    }
    return Hash(low: number(output, 0), high: number(output, 8))
  }

  private static func number(_ bytes: InlineArray<16, UInt8>, _ start: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (0..<8).reversed() { value = value << 8 | UInt64(bytes[start + index]) }
    return value
  }
}
