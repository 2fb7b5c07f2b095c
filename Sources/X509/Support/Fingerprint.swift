internal import CryptoCore

/// A SHA-256 over public bytes: which certificate or key it is.
public struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
  /// The 32 bytes.
  public let bytes: [UInt8]

  init(of message: [UInt8]) {
    let digest = SHA256.hash(message.span)
    bytes = Array(copying: digest.bytes)
  }

  /// As OpenSSL prints it: `AB:CD:…`.
  public var description: String { Text.hexadecimal(bytes, separator: ":") }

  /// Its first 8 bytes, for people.
  public var short: String { Text.hexadecimal(Array(bytes.prefix(8))).lowercased() }
}
