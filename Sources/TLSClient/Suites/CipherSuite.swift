/// A cipher suite of the IANA registry "TLS Cipher Suites".
public struct CipherSuite: Sendable, Hashable {
  /// Its number.
  public let number: UInt16
  /// Its name there: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
  public let name: String
  /// Whether it is one of TLS 1.3, which name no key exchange.
  public let isOfTLS13: Bool
  /// What is worst about it; nil for a suite that is strong enough, forward secrecy apart.
  public let weakness: Weakness?
  /// Whether what was recorded stays secret when the server's key gets known later.
  public let hasForwardSecrecy: Bool

  /// - Parameters:
  ///   - exchange: the key exchange and the kind of certificate; empty for TLS 1.3.
  ///   - entry: `c02f:AES_128_GCM_SHA256`.
  init?(exchange: String, entry: Substring) {
    let parts = entry.split(separator: ":")
    guard parts.count == 2, let number = UInt16(parts[0], radix: 16) else { return nil }
    self.number = number
    isOfTLS13 = exchange.isEmpty
    name = exchange.isEmpty ? "TLS_\(parts[1])" : "TLS_\(exchange)_WITH_\(parts[1])"
    let words = name.split(separator: "_")
    weakness = Weakness(words)
    hasForwardSecrecy =
      exchange.isEmpty || words.contains("DHE") || words.contains("ECDHE")
      || words.contains("anon")
  }

  /// The suites that a version may use, the stronger first.
  public static func offered(in version: TLSVersion) -> [CipherSuite] {
    switch version {
    case .tls13: ofTLS13
    case .tls12: ofTLS12
    case .ssl3, .tls10, .tls11: older
    }
  }

  private static let ofTLS13 = all.filter(\.isOfTLS13)
  private static let ofTLS12 = strongerFirst(all.filter { !$0.isOfTLS13 })
  /// AEAD and SHA-2 came with TLS 1.2 (RFC 5246, section 1.2).
  private static let older = ofTLS12.filter { suite in
    !["GCM", "CCM", "POLY1305", "SHA256", "SHA384"].contains { suite.name.contains($0) }
  }

  private static func strongerFirst(_ suites: [CipherSuite]) -> [CipherSuite] {
    // Authenticated encryption with forward secrecy first.
    let ranked = suites.enumerated().map { index, suite in
      let isAuthenticated = ["GCM", "CCM", "POLY1305"].contains { suite.name.contains($0) }
      let rank =
        suite.weakness != nil ? 3 : !suite.hasForwardSecrecy ? 2 : isAuthenticated ? 0 : 1
      return (rank, index, suite)
    }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }

  /// What is bad about a suite.
  public enum Weakness: String, Sendable, CaseIterable {
    /// Nothing is encrypted.
    case noEncryption = "no encryption"
    /// The server proves nothing: anybody can sit in the middle.
    case noAuthentication = "no authentication"
    /// Keys of 40 bits.
    case export = "export keys"
    /// RC4: forbidden by RFC 7465.
    case rc4 = "RC4"
    /// DES with 56 bits.
    case des = "DES"
    /// Blocks of 64 bits (3DES, IDEA): collisions after some gigabytes (SWEET32).
    case smallBlock = "64-bit blocks"
    /// Authentication codes with MD5.
    case md5 = "MD5"

    /// - Parameter words: the words of a suite's name.
    fileprivate init?(_ words: [Substring]) {
      let known: [(Substring, Weakness)] = [
        ("NULL", .noEncryption), ("anon", .noAuthentication), ("EXPORT", .export), ("RC4", .rc4),
        ("DES", .des), ("3DES", .smallBlock), ("IDEA", .smallBlock), ("MD5", .md5),
      ]
      guard let first = known.first(where: { words.contains($0.0) }) else { return nil }
      self = first.1
    }
  }
}
