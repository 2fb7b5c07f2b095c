internal import COpenSSL

/// HKDF with SHA-256 (RFC 5869); as a keyed algorithm its key is the pseudorandom key.
public enum HKDFSHA256: KeyedAlgorithm {
  /// The length of the pseudorandom key, in bytes.
  public static let keyByteCount = 32
  /// The most that one expansion yields, in bytes (RFC 5869, section 2.3).
  public static let maximumOutputByteCount = 255 * 32

  /// Concentrates a secret in a pseudorandom key.
  ///
  /// - Throws: `.outOfMemory`.
  public static func extract(
    secret: Span<UInt8>, salt: Span<UInt8>, in arena: SecretArena? = nil
  ) throws(CryptoError) -> SymmetricKey<HKDFSHA256> {
    var key = try SecretBytes(zeroed: keyByteCount, in: arena)
    var span = key.mutableBytes
    var state = unsafe HMACState(key: salt)
    defer { unsafe state.wipe() }
    unsafe state.update(secret)
    unsafe span.withPointer { unsafe state.finalize(into: $0) }
    return try SymmetricKey(key)
  }

  /// The key that `info` names.
  ///
  /// - Throws: `.outOfMemory`; `.limitExceeded` for a key of more than 8,160 bytes.
  public static func expand<Algorithm: KeyedAlgorithm>(
    _ key: borrowing SymmetricKey<HKDFSHA256>, info: Span<UInt8>, as algorithm: Algorithm.Type,
    in arena: SecretArena? = nil
  ) throws(CryptoError) -> SymmetricKey<Algorithm> {
    var output = try SecretBytes(zeroed: Algorithm.keyByteCount, in: arena)
    var span = output.mutableBytes
    try expand(key, info: info, into: &span)
    return try SymmetricKey(output)
  }

  /// Fills all of `output` with what `info` names.
  ///
  /// - Throws: `.limitExceeded` for more than 8,160 bytes.
  public static func expand(
    _ key: borrowing SymmetricKey<HKDFSHA256>, info: Span<UInt8>,
    into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    var keyed = unsafe HMACState(key: key.bytes)
    defer { unsafe keyed.wipe() }
    try unsafe expand(&keyed, info: info, into: &output)
  }

  /// Any number of keys from one pseudorandom key.
  public struct Expander: ~Copyable, Sendable {
    /// What HMAC makes of the key before any message: as secret as the key, and kept like one.
    private let keyed: SecretBytes

    /// Takes a pseudorandom key's state; the key itself is not kept.
    ///
    /// - Throws: `.outOfMemory`.
    public init(
      _ key: borrowing SymmetricKey<HKDFSHA256>, in arena: SecretArena? = nil
    ) throws(CryptoError) {
      var secret = try SecretBytes(zeroed: unsafe HMACState.keyedByteCount, in: arena)
      var state = unsafe HMACState(key: key.bytes)
      defer { unsafe state.wipe() }
      var span = secret.mutableBytes
      unsafe state.keyed(into: &span)
      keyed = secret
    }

    /// The key that `info` names; what `HKDFSHA256.expand` gives for the same key.
    ///
    /// - Throws: `.outOfMemory`; `.limitExceeded` for a key of more than 8,160 bytes.
    public func expand<Algorithm: KeyedAlgorithm>(
      info: Span<UInt8>, as algorithm: Algorithm.Type, in arena: SecretArena? = nil
    ) throws(CryptoError) -> SymmetricKey<Algorithm> {
      var output = try SecretBytes(zeroed: Algorithm.keyByteCount, in: arena)
      var span = output.mutableBytes
      var state = unsafe HMACState(keyed: keyed.bytes)
      defer { unsafe state.wipe() }
      try unsafe HKDFSHA256.expand(&state, info: info, into: &span)
      return try SymmetricKey(output)
    }
  }

  private static func expand(
    _ keyed: inout HMACState, info: Span<UInt8>, into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    guard output.count <= maximumOutputByteCount else {
      throw CryptoError(.limitExceeded, "expanding a key")
    }
    var block = InlineArray<32, UInt8>(repeating: 0)
    var blockSpan = block.mutableSpan
    defer {
      unsafe blockSpan.withPointer { unsafe OPENSSL_cleanse($0, 32) }
    }
    var filled = 0
    var counter: UInt8 = 1
    while filled < output.count {
      var state = unsafe keyed
      defer { unsafe state.wipe() }
      if counter > 1 { unsafe state.update(blockSpan.span) }
      unsafe state.update(info)
      unsafe state.update(counter)
      unsafe blockSpan.withPointer { unsafe state.finalize(into: $0) }
      let used = min(32, output.count - filled)
      for index in 0..<used { output[filled + index] = blockSpan[index] }
      filled += used
      counter &+= 1
    }
  }

  /// Extracts and expands.
  ///
  /// - Throws: `.outOfMemory`; `.limitExceeded` for a key of more than 8,160 bytes.
  public static func derive<Algorithm: KeyedAlgorithm>(
    secret: Span<UInt8>, salt: Span<UInt8>, info: Span<UInt8>, as algorithm: Algorithm.Type,
    in arena: SecretArena? = nil
  ) throws(CryptoError) -> SymmetricKey<Algorithm> {
    let key = try extract(secret: secret, salt: salt, in: arena)
    return try expand(key, info: info, as: algorithm, in: arena)
  }
}
