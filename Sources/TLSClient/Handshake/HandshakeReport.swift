/// What a handshake showed, as far as it went.
public struct HandshakeReport: Sendable {
  /// How it ended.
  public enum Outcome: Sendable, Equatable {
    /// Both sides are done; of TLS 1.3 the server may still refuse the client's certificate, or
    /// the lack of one, afterwards.
    case completed
    /// The server sent an alert.
    case alert(TLSAlert)
    /// The server ended the connection.
    case closed
    /// The deadline came first.
    case timedOut
    /// What came was no TLS that the library takes; its reason, in its own words.
    case failed(String)
  }

  /// How it ended.
  public var outcome: Outcome
  /// The version; nil before the server chose one.
  public var version: TLSVersion?
  /// The suite's name in the IANA registry.
  public var suite: String?
  /// What keys were exchanged with: `X25519`, `P-256`, `DH`; nil without forward secrecy.
  public var group: String?
  /// The size of the server's temporary key, in bits; 0 when there is none.
  public var groupBits: Int
  /// What the server signed the handshake with: `RSA-PSS with SHA256`; nil where nothing is signed.
  public var signature: String?
  /// The protocol behind TLS that the server chose (ALPN).
  public var chosenProtocol: String?
  /// The certificates as the server sent them, its own first (DER).
  public var chain: [[UInt8]]
  /// Whether the server asked for a certificate of the client.
  public var asksForClientCertificate: Bool
  /// The authorities whose certificates it says it takes, as RFC 2253 writes names.
  public var acceptedAuthorities: [String]
}
