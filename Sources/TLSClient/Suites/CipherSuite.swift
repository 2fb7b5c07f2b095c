/// A cipher suite of the IANA registry "TLS Cipher Suites".
public struct CipherSuite: Sendable, Hashable {
  /// Its number.
  public let number: UInt16
  /// Its name there: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
  public let name: String
  /// Whether it is one of TLS 1.3, which name no key exchange.
  public let isOfTLS13: Bool

  /// - Parameters:
  ///   - exchange: the key exchange and the kind of certificate; empty for TLS 1.3.
  ///   - entry: `c02f:AES_128_GCM_SHA256`.
  init?(exchange: String, entry: Substring) {
    let parts = entry.split(separator: ":")
    guard parts.count == 2, let number = UInt16(parts[0], radix: 16) else { return nil }
    self.number = number
    isOfTLS13 = exchange.isEmpty
    name = exchange.isEmpty ? "TLS_\(parts[1])" : "TLS_\(exchange)_WITH_\(parts[1])"
  }

  /// A suite by its number; nil for one that is not in `all`.
  public static func numbered(_ number: UInt16) -> CipherSuite? { byNumber[number] }

  private static let byNumber = Dictionary(
    all.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })

  /// The suites that a version may use, the stronger first.
  public static func offered(in version: TLSVersion) -> [CipherSuite] {
    let suites = all.filter { suite in
      version == .tls13 ? suite.isOfTLS13 : !suite.isOfTLS13 && suite.fits(version)
    }
    let ranked = suites.enumerated().sorted { left, right in
      (left.element.rank, left.offset) < (right.element.rank, right.offset)
    }
    return ranked.map(\.element)
  }

  /// 0 for the strongest: authenticated encryption with forward secrecy.
  private var rank: Int {
    if weakness != nil { return 3 }
    guard hasForwardSecrecy else { return 2 }
    return ["GCM", "CCM", "POLY1305"].contains { name.contains($0) } ? 0 : 1
  }

  /// AEAD and SHA-2 came with TLS 1.2 (RFC 5246, section 1.2), curves with TLS 1.0 (RFC 8422).
  private func fits(_ version: TLSVersion) -> Bool {
    if version == .tls12 { return true }
    return !["GCM", "CCM", "POLY1305", "SHA256", "SHA384"].contains { name.contains($0) }
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
  }

  /// What is worst about it; nil for a suite that is strong enough, forward secrecy apart.
  public var weakness: Weakness? {
    let parts = name.split(separator: "_")
    func has(_ part: Substring) -> Bool { parts.contains(part) }
    if has("NULL") { return .noEncryption }
    if has("anon") { return .noAuthentication }
    if has("EXPORT") { return .export }
    if has("RC4") { return .rc4 }
    if has("DES") { return .des }
    if has("3DES") || has("IDEA") { return .smallBlock }
    return has("MD5") ? .md5 : nil
  }

  /// Whether what was recorded stays secret when the server's key gets known later.
  public var hasForwardSecrecy: Bool {
    isOfTLS13 || name.hasPrefix("TLS_ECDHE_") || name.hasPrefix("TLS_DHE_")
      || weakness == .noAuthentication
  }
}
