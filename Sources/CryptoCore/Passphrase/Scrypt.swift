internal import CSodium

/// scrypt (RFC 7914), by libsodium.
public enum Scrypt {
  /// The most memory that a derivation may take, in bytes: 4 GiB, that is a work factor of 22 with
  /// blocks of 8.
  public static let maximumMemoryByteCount = 1 << 32

  /// Derives a key from a passphrase.
  ///
  /// - Parameters:
  ///   - passphrase: The passphrase.
  ///   - salt: The salt, of any length.
  ///   - logN: The work factor as a power of two, 1...32.
  ///   - blockSize: RFC 7914's r: memory is 128 * 2^logN * r bytes.
  ///   - parallelism: RFC 7914's p: time grows with it.
  ///   - algorithm: What the key is for.
  ///   - arena: Where the key goes.
  /// - Throws: `.limitExceeded` when a parameter is out of range or too much memory would be
  ///   needed; `.outOfMemory`.
  public static func derive<Algorithm: KeyedAlgorithm>(
    passphrase: Span<UInt8>, salt: Span<UInt8>, logN: Int, blockSize: Int = 8,
    parallelism: Int = 1, as algorithm: Algorithm.Type, in arena: SecretArena? = nil
  ) throws(CryptoError) -> SymmetricKey<Algorithm> {
    var key = try SecretBytes(zeroed: Algorithm.keyByteCount, in: arena)
    var span = key.mutableBytes
    try derive(
      passphrase: passphrase, salt: salt, logN: logN, blockSize: blockSize,
      parallelism: parallelism, into: &span)
    return try SymmetricKey(key)
  }

  /// Fills all of `output`.
  ///
  /// - Throws: As the other `derive`.
  public static func derive(
    passphrase: Span<UInt8>, salt: Span<UInt8>, logN: Int, blockSize: Int = 8,
    parallelism: Int = 1, into output: inout MutableSpan<UInt8>
  ) throws(CryptoError) {
    guard (1...32).contains(logN), (1...1024).contains(blockSize), (1...1024).contains(parallelism),
      128 * blockSize << logN <= maximumMemoryByteCount, Sodium.isReady
    else { throw CryptoError(.limitExceeded, "deriving a key by scrypt") }
    let outputCount = output.count
    let result = unsafe output.withPointer { output in
      unsafe passphrase.withPointer { text in
        unsafe salt.withPointer { saltBytes in
          unsafe crypto_pwhash_scryptsalsa208sha256_ll(
            text, passphrase.count, saltBytes, salt.count, UInt64(1) << UInt64(logN),
            UInt32(blockSize), UInt32(parallelism), output, outputCount)
        }
      }
    }
    guard result == 0 else { throw CryptoError(.outOfMemory, "deriving a key by scrypt") }
  }
}
