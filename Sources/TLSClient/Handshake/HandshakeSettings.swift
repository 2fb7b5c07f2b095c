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
  /// The suites up to TLS 1.2 in OpenSSL's notation; nil for all that the library has.
  public var cipherList: String?

  /// Everything that the library can do, for a prober: it verifies nothing and uses what it is
  /// offered, so nothing that is secret may be sent over such a connection.
  public init(
    oldest: TLSVersion = .tls10, newest: TLSVersion = .tls13, serverName: String? = nil,
    protocols: [String] = [], cipherList: String? = nil
  ) {
    self.oldest = oldest
    self.newest = newest
    self.serverName = serverName
    self.protocols = protocols
    self.cipherList = cipherList
  }
}
