internal import COpenSSL

/// The hash inside `bcrypt_pbkdf`: bcrypt with keys and salts of 64 bytes, over OpenSSL's Blowfish.
struct BcryptHash: ~Copyable {
  static let byteCount = 32

  private static let wordCount = BlowfishInitialState.words.count
  private static let magic = Array("OxychromaticBlowfishSwatDynamite".utf8)

  private var state: SecretBytes
  private var key: SecretBytes
  private var salt: SecretBytes
  private var result: SecretBytes

  init(passphrase: Span<UInt8>) throws(CryptoError) {
    let state = try SecretBytes(zeroed: Self.wordCount * 4)
    var key = try SecretBytes(zeroed: SHA512.digestByteCount)
    let salt = try SecretBytes(zeroed: SHA512.digestByteCount)
    let result = try SecretBytes(zeroed: Self.byteCount)
    var digest = key.mutableBytes
    var stream = SHA512.Stream()
    stream.update(passphrase)
    stream.finalize(into: &digest)
    self.state = state
    self.key = key
    self.salt = salt
    self.result = result
  }

  /// The hash of the last call: 32 bytes.
  var output: Span<UInt8> {
    @_lifetime(borrow self)
    get { result.bytes }
  }

  /// Hashes the passphrase with the salt of a block.
  mutating func start(salt bytes: Span<UInt8>, block: UInt32) {
    var stream = SHA512.Stream()
    stream.update(bytes)
    var counter = InlineArray<4, UInt8>(repeating: 0)
    for index in 0..<4 {
      counter[index] = UInt8(truncatingIfNeeded: block >> (24 - 8 * UInt32(index)))
    }
    stream.update(counter.span)
    var digest = salt.mutableBytes
    stream.finalize(into: &digest)
    compute()
  }

  /// Hashes the passphrase with the hash before as the salt.
  mutating func iterate() {
    var stream = SHA512.Stream()
    stream.update(result.bytes)
    var digest = salt.mutableBytes
    stream.finalize(into: &digest)
    compute()
  }

  private mutating func compute() {
    Self.compute(key: key, salt: salt, state: &state, into: &result)
  }

  private static func compute(
    key: borrowing SecretBytes, salt: borrowing SecretBytes, state: inout SecretBytes,
    into result: inout SecretBytes
  ) {
    let key = key.bytes
    let salt = salt.bytes
    var output = result.mutableBytes
    var state = state.mutableBytes
    unsafe state.withPointer { bytes in
      let words = unsafe UnsafeMutableRawPointer(bytes)
        .bindMemory(to: UInt32.self, capacity: wordCount)
      let schedule = unsafe BlowfishSchedule(words: words)
      unsafe schedule.expand(salt: salt, key: key)
      for _ in 0..<64 {
        unsafe schedule.expand(key: salt)
        unsafe schedule.expand(key: key)
      }
      for start in stride(from: 0, to: byteCount, by: 8) {
        var left = unsafe BlowfishSchedule.word(magic.span, at: start)
        var right = unsafe BlowfishSchedule.word(magic.span, at: start + 4)
        for _ in 0..<64 { unsafe schedule.encrypt(&left, &right) }
        // Little-endian, although it was read big-endian: so it was published.
        for index in 0..<4 {
          output[start + index] = UInt8(truncatingIfNeeded: left >> UInt32(8 * index))
          output[start + 4 + index] = UInt8(truncatingIfNeeded: right >> UInt32(8 * index))
        }
      }
    }
  }
}

/// Blowfish's key schedule with a salt, as bcrypt changes it: 18 words of P, then 1,024 of S, which
/// is the layout of OpenSSL's `BF_KEY`.
@unsafe
private struct BlowfishSchedule {
  let words: UnsafeMutablePointer<UInt32>

  init(words: UnsafeMutablePointer<UInt32>) {
    unsafe self.words = words
    for (index, word) in BlowfishInitialState.words.enumerated() { unsafe words[index] = word }
  }

  /// The big-endian word at an offset, in bytes.
  static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
    UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16
      | UInt32(bytes[offset + 2]) << 8 | UInt32(bytes[offset + 3])
  }

  func encrypt(_ left: inout UInt32, _ right: inout UInt32) {
    var pair: (UInt32, UInt32) = (left, right)
    unsafe words.withMemoryRebound(to: BF_KEY.self, capacity: 1) { key in
      unsafe withUnsafeMutablePointer(to: &pair) { pair in
        unsafe pair.withMemoryRebound(to: UInt32.self, capacity: 2) { unsafe BF_encrypt($0, key) }
      }
    }
    (left, right) = pair
  }

  /// Mixes a key of a multiple of 8 bytes in, and with it a salt when there is one.
  func expand(salt: Span<UInt8>? = nil, key: Span<UInt8>) {
    for index in 0..<18 {
      unsafe words[index] ^= Self.word(key, at: index * 4 % key.count)
    }
    var left: UInt32 = 0
    var right: UInt32 = 0
    for index in stride(from: 0, to: BlowfishInitialState.words.count, by: 2) {
      if let salt {
        left ^= unsafe Self.word(salt, at: index * 4 % salt.count)
        right ^= unsafe Self.word(salt, at: (index + 1) * 4 % salt.count)
      }
      unsafe encrypt(&left, &right)
      unsafe words[index] = left
      unsafe words[index + 1] = right
    }
  }
}
