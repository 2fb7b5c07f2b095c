internal import CryptoCore

/// Base64 of what is public anyway: wrapped keys, seals, signatures.
enum PublicBase64 {
  static func encode(_ bytes: [UInt8]) -> String { Base64.string(bytes.span) }

  /// The bytes behind a canonical encoding, or nil.
  static func decode(_ text: Span<UInt8>) -> [UInt8]? {
    try? Base64.publicBytes(of: text)
  }
}
