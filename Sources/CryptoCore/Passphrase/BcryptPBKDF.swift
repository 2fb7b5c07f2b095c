/// OpenSSH's passphrase-based key derivation `bcrypt_pbkdf`, as OpenBSD published it.
///
/// PBKDF2 in form, with bcrypt over SHA-512 as the function, and the blocks' bytes interleaved.
public enum BcryptPBKDF {
  /// The most that one derivation yields, in bytes.
  public static let maximumOutputByteCount = 1024
  /// The most rounds that are accepted; each takes milliseconds for every 32 bytes of output.
  public static let maximumRounds = 4096

  /// Derives secret bytes from a passphrase.
  ///
  /// - Parameters:
  ///   - passphrase: The passphrase, not empty.
  ///   - salt: The salt, not empty.
  ///   - rounds: How often bcrypt is applied, 1...4,096.
  ///   - count: How many bytes to derive, 1...1,024.
  /// - Throws: `.invalidLength` for an empty input; `.limitExceeded` when a number is out of range;
  ///   `.outOfMemory`.
  public static func derive(
    passphrase: Span<UInt8>, salt: Span<UInt8>, rounds: Int, count: Int
  ) throws(CryptoError) -> SecretBytes {
    guard !passphrase.isEmpty, !salt.isEmpty else {
      throw CryptoError(.invalidLength, "deriving a key by bcrypt")
    }
    guard (1...maximumRounds).contains(rounds), (1...maximumOutputByteCount).contains(count) else {
      throw CryptoError(.limitExceeded, "deriving a key by bcrypt")
    }
    var output = try SecretBytes(zeroed: count)
    var result = output.mutableBytes
    var hash = try BcryptHash(passphrase: passphrase)
    var block = try SecretBytes(zeroed: BcryptHash.byteCount)
    var sum = block.mutableBytes
    let blockCount = (count + BcryptHash.byteCount - 1) / BcryptHash.byteCount
    let bytesOfBlock = (count + blockCount - 1) / blockCount
    for index in 0..<blockCount {
      hash.start(salt: salt, block: UInt32(index + 1))
      for place in sum.indices { sum[place] = hash.output[place] }
      for _ in 1..<rounds {
        hash.iterate()
        for place in sum.indices { sum[place] ^= hash.output[place] }
      }
      for place in 0..<bytesOfBlock where place * blockCount + index < count {
        result[place * blockCount + index] = sum[place]
      }
    }
    return output
  }
}
