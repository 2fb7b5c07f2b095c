public import TLSClient
public import X509

/// How ports are probed.
public struct ProbeSettings: Sendable {
  /// How long a connection and its handshake may take; all of a target ten times as long.
  public var timeout = Duration.seconds(5)
  /// The name to ask for and to verify instead of the target's host.
  public var serverName: String?
  /// What to show to servers that ask for a certificate.
  public var identity: ClientIdentity?
  /// The authorities that chains must lead to; nil when there are none to verify against.
  public var trust: TrustStore?
  /// What the authorities are called in messages: a file, or the system's.
  public var trustName = "the system's authorities"
  /// From how many seconds before its end a certificate is reported.
  public var warningSeconds = 30 * 86_400
  /// What the targets are, where the user knows; nil to find out.
  public var role: EndpointRole?

  /// The defaults.
  public init() {}
}
