/// What a client offers in a handshake.
public struct HandshakeSettings: Sendable {
  /// The oldest version that is accepted.
  public var oldest: TLSVersion
  /// The newest version that is offered.
  public var newest: TLSVersion
  /// The name that is asked for (SNI, RFC 6066, section 3); nil for an address.
  public var serverName: String?
  /// The protocols behind TLS (ALPN, RFC 7301), the preferred first: `h2`, `http/1.1`.
  public var protocols: [String]
  /// OpenSSL's security level: 0 permits everything; 1 and above no signature with SHA-1, so that
  /// one of the client's stands for this handshake alone.
  public var securityLevel: Int32

  /// Everything that the library can do, for a prober: it verifies nothing and uses what it is
  /// offered, so nothing that is secret may be sent over such a connection.
  public init(
    oldest: TLSVersion = .tls10, newest: TLSVersion = .tls13, serverName: String? = nil,
    protocols: [String] = []
  ) {
    self.oldest = oldest
    self.newest = newest
    self.serverName = serverName
    self.protocols = protocols
    securityLevel = 0
  }

  /// For showing a certificate: TLS 1.2 and 1.3, without SHA-1.
  public static func showingCertificate(
    serverName: String?, protocols: [String]
  ) -> HandshakeSettings {
    var settings = HandshakeSettings(
      oldest: .tls12, serverName: serverName, protocols: protocols)
    settings.securityLevel = 1
    return settings
  }
}
