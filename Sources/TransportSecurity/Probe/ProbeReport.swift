public import Platform
public import TLSClient
public import X509

/// What a port showed.
public struct ProbeReport: Sendable {
  /// What kind of port it is.
  public enum Kind: Sendable, Equatable {
    /// No connection came about.
    case unreachable(PlatformError)
    /// It speaks TLS.
    case tls
    /// It answers HTTP without TLS.
    case plainHTTP
    /// It takes connections and says nothing; how many bytes came all the same.
    case silent(after: Int)
    /// It says something that is not TLS: the first bytes.
    case notTLS([UInt8])
    /// It ends every connection that begins with a handshake.
    case closes
    /// It refuses every handshake with an alert.
    case refuses(TLSAlert)
  }

  /// A version that the server accepts.
  public struct Version: Sendable {
    /// Which one.
    public let version: TLSVersion
    /// The suites that it picks out, in the order in which it did.
    public var suites: [CipherSuite]
    /// Whether all suites were tried; false when the time was over or the server stopped answering.
    public var isComplete: Bool
    /// How a whole handshake of this version went; nil where the library can do none.
    public var handshake: HandshakeReport?
  }

  /// Whether a client needs a certificate.
  public enum ClientCertificate: String, Sendable {
    /// The server does not ask for one.
    case notAsked = "not asked for"
    /// It asks, and goes on without.
    case optional = "asked for, not required"
    /// It asks, and breaks off without.
    case required
    /// It asks; whether it goes on without could not be seen.
    case asked = "asked for"
  }

  /// The port.
  public let target: ProbeTarget
  /// What kind of port it is.
  public var kind: Kind
  /// The address that took the connection.
  public var address: SocketAddress?
  /// The versions that are accepted, the newest first.
  public var versions: [Version] = []
  /// The handshake without a certificate of the client, everything offered.
  public var handshake: HandshakeReport?
  /// What HTTP says behind TLS, or without it.
  public var http: HTTPAnswer?
  /// Whether a client needs a certificate.
  public var clientCertificate = ClientCertificate.notAsked
  /// Whether the server went on with the client's certificate that was given; nil without one.
  public var isIdentityAccepted: Bool?
  /// The chain that the server sent, its own certificate first.
  public var chain: [Certificate] = []
  /// Whether the server sent certificates that cannot be read.
  public var hasUnreadableCertificates = false
  /// What verification says; nil without a chain or authorities.
  public var verdict: ChainVerdict?
  /// What listens there.
  public var role = EndpointRole.unknown
  /// What it was recognised by, in words.
  public var evidence: [String] = []

  init(_ target: ProbeTarget, _ kind: Kind) {
    self.target = target
    self.kind = kind
  }
}
