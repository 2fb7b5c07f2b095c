internal import COpenSSL

/// HMAC-SHA256 in the making (RFC 2104): both hashes, already keyed.
///
/// Plain bits without a destructor, so that a one-shot MAC costs no allocation: whoever makes one
/// on the stack calls `wipe` before leaving.
@unsafe
struct HMACState {
  private var inner = SHA256_CTX()
  private var outer = SHA256_CTX()

  /// Starts a message under a key of any length.
  init(key: Span<UInt8>) {
    var pad = InlineArray<64, UInt8>(repeating: 0)
    if key.count <= pad.count {
      for index in key.indices { pad[index] = key[index] }
    } else {
      let digest = SHA256.hash(key)
      for index in digest.bytes.indices { pad[index] = digest.bytes[index] }
    }
    for index in pad.indices { pad[index] ^= 0x36 }
    unsafe SHA256_Init(&inner)
    unsafe pad.span.withPointer { _ = unsafe SHA256_Update(&inner, $0, 64) }
    for index in pad.indices { pad[index] ^= 0x36 ^ 0x5c }
    unsafe SHA256_Init(&outer)
    unsafe pad.span.withPointer { _ = unsafe SHA256_Update(&outer, $0, 64) }
    var span = pad.mutableSpan
    unsafe span.withPointer { unsafe OPENSSL_cleanse($0, 64) }
  }

  /// The length of a keyed state, in bytes.
  static let keyedByteCount = 64

  /// Starts a message under the key of which this is the keyed state.
  init(keyed: Span<UInt8>) {
    unsafe HMACState.load(keyed.extracting(..<32), into: &inner)
    unsafe HMACState.load(keyed.extracting(32...), into: &outer)
  }

  /// Writes the 64 bytes that both hashes have come to by the key alone, as secret as the key.
  ///
  /// To be called before the first `update`.
  mutating func keyed(into output: inout MutableSpan<UInt8>) {
    unsafe HMACState.store(&inner, into: &output, at: 0)
    unsafe HMACState.store(&outer, into: &output, at: 32)
  }

  /// A hash that has taken one block of 64 bytes and come to these 32.
  private static func load(_ bytes: Span<UInt8>, into hash: inout SHA256_CTX) {
    unsafe SHA256_Init(&hash)
    hash.Nl = 512
    unsafe withUnsafeMutableBytes(of: &hash.h) { words in
      for index in 0..<32 { unsafe words[index] = bytes[index] }
    }
  }

  private static func store(
    _ hash: inout SHA256_CTX, into output: inout MutableSpan<UInt8>, at start: Int
  ) {
    unsafe withUnsafeBytes(of: &hash.h) { words in
      for index in 0..<32 { output[start + index] = unsafe words[index] }
    }
  }

  mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withPointer { _ = unsafe SHA256_Update(&inner, $0, bytes.count) }
  }

  mutating func update(_ byte: UInt8) {
    var byte = byte
    unsafe SHA256_Update(&inner, &byte, 1)
  }

  /// Writes the 32 bytes of the code.
  mutating func finalize(into output: UnsafeMutablePointer<UInt8>) {
    unsafe SHA256_Final(output, &inner)
    unsafe SHA256_Update(&outer, output, 32)
    unsafe SHA256_Final(output, &outer)
  }

  mutating func wipe() { unsafe OPENSSL_cleanse(&self, MemoryLayout<HMACState>.size) }
}
