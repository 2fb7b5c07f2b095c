public import X509

/// A certificate in a report.
public struct CertificateRow: Sendable {
  /// The certificate.
  public let certificate: Certificate
  /// Where it was found first.
  public let origin: Origin
  /// Where else it is.
  public internal(set) var copies: [Origin] = []
  /// What it is used for; the first is the surest.
  public internal(set) var roles: [Role]
  /// What says so.
  public internal(set) var evidence: String
  /// Whether the key beside it is its own; nil when there is none to compare.
  public internal(set) var keyMatches: Bool?
  /// What OpenSSL says, for each purpose of its role.
  public internal(set) var chains: [ChainResult] = []

  /// The role; of several the surest.
  public var role: Role { roles.first ?? .unknown }
}
