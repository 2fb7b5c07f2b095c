internal import CSodium

/// Argon2id version 1.3 (RFC 9106) with one lane and without secret or associated data, by
/// libsodium.
public enum Argon2id {
  /// The length of a salt, in bytes.
  public static let saltByteCount = 16
  /// The most memory that a derivation may take, in bytes: 4 GiB.
  public static let maximumMemoryByteCount = 1 << 32

  /// Derives a key from a passphrase.
  ///
  /// - Parameters:
  ///   - passphrase: The passphrase.
  ///   - salt: The salt: 16 bytes.
  ///   - passes: How often the memory is gone through, 1...1,000.
  ///   - memoryByteCount: How much memory, in bytes; a multiple of 1,024 from 8,192 up.
  ///   - algorithm: What the key is for.
  ///   - arena: Where the key goes.
  /// - Throws: `.invalidLength` for another salt; `.limitExceeded` when a parameter is out of
  ///   range; `.outOfMemory`.
  public static func derive<Algorithm: KeyedAlgorithm>(
    passphrase: Span<UInt8>, salt: Span<UInt8>, passes: Int, memoryByteCount: Int,
    as algorithm: Algorithm.Type, in arena: SecretArena? = nil
  ) throws(CryptoError) -> SymmetricKey<Algorithm> {
    var key = try SecretBytes(zeroed: Algorithm.keyByteCount, in: arena)
    var span = key.mutableBytes
    try derive(
      passphrase: passphrase, salt: salt, passes: passes, memoryByteCount: memoryByteCount,
      into: &span)
    return try SymmetricKey(key)
  }

  /// Fills all of `output`, which has 16 bytes or more.
  ///
  /// - Throws: As the other `derive`; `.invalidLength` for a shorter output.
  public static func derive(
    passphrase: Span<UInt8>, salt: Span<UInt8>, passes: Int, memoryByteCount: Int,
    into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    guard salt.count == saltByteCount, output.count >= 16 else {
      throw CryptoError(.invalidLength, "deriving a key by argon2id")
    }
    guard (1...1000).contains(passes), (8192...maximumMemoryByteCount).contains(memoryByteCount),
      memoryByteCount.isMultiple(of: 1024), Sodium.isReady
    else { throw CryptoError(.limitExceeded, "deriving a key by argon2id") }
    let outputCount = output.count
    let result = unsafe output.withPointer { output in
      unsafe passphrase.withPointer { text in
        unsafe salt.withPointer { salt in
          unsafe text.withMemoryRebound(to: CChar.self, capacity: passphrase.count) { text in
            unsafe crypto_pwhash_argon2id(
              output, UInt64(outputCount), text, UInt64(passphrase.count), salt, UInt64(passes),
              memoryByteCount, crypto_pwhash_argon2id_ALG_ARGON2ID13)
          }
        }
      }
    }
    guard result == 0 else { throw CryptoError(.outOfMemory, "deriving a key by argon2id") }
  }
}
