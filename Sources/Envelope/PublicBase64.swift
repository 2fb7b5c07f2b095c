internal import CryptoCore

/// Base64 of what is public anyway: wrapped keys, seals, signatures.
enum PublicBase64 {
  static func encode(_ bytes: [UInt8]) -> String {
    var buffer = WipedBuffer(capacity: bytes.count / 3 * 4 + 4)
    Base64.encode(bytes.span, appendingTo: &buffer)
    return String(decoding: buffer.bytes.copied(), as: UTF8.self)
  }

  /// The bytes behind a canonical encoding, or nil.
  static func decode(_ text: Substring) -> [UInt8]? {
    let encoded = Array(text.utf8)
    var buffer = WipedBuffer(capacity: encoded.count)
    do { try Base64.decode(encoded.span, appendingTo: &buffer) } catch { return nil }
    return buffer.bytes.copied()
  }
}
