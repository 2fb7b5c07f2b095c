internal import CryptoCore

/// A SHA-256 over public bytes: which certificate or key it is.
public struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
  // Within the value: one is kept for every certificate and key.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  init(of message: [UInt8]) {
    let digest = SHA256.hash(message.span)
    let bytes = Array(copying: digest.bytes)
    func word(_ start: Int) -> UInt64 {
      bytes.dropFirst(start).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
    words = (word(0), word(8), word(16), word(24))
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }
  }

  public static func == (left: Fingerprint, right: Fingerprint) -> Bool {
    left.words == right.words
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  /// As OpenSSL prints it: `AB:CD:…`.
  public var description: String { Text.hexadecimal(bytes, separator: ":") }

  /// Its first 8 bytes, for people.
  public var short: String { Text.hexadecimal(Array(bytes.prefix(8))).lowercased() }
}
