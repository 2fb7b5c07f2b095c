internal import ControlPlane
public import Findings
internal import X509

/// A link of a control plane: a row of the matrix.
public struct Link: Sendable {
  /// What one has to think of it.
  public enum Verdict: String, Sendable, CaseIterable {
    /// Encrypted, the server verified, the client authenticated.
    case protected
    /// It does not leave the host.
    case local
    /// Encrypted, but somebody can get in between, or the protocol is old.
    case weak
    /// What goes over it can be read, or whoever reaches it may use it.
    case exposed
    /// It cannot work: a certificate does not fit, or is over.
    case broken
    /// What is at hand does not say.
    case unknown
  }

  /// A name for programs: `apiserver-etcd`.
  public let id: String
  /// Who calls.
  public let client: String
  /// Who is called.
  public let server: String
  /// The node that it was judged on.
  public let node: String
  /// Whether what goes over it is encrypted.
  public var encrypted = LinkCell.none
  /// Whether the client makes sure whom it talks to, and by which authority.
  public var serverVerified = LinkCell.none
  /// Whether the server makes sure who talks to it, and by which authority.
  public var clientAuthenticated = LinkCell.none
  /// The oldest protocol and the suites.
  public var floor = LinkCell.none
  /// The server's certificate.
  public var certificate = LinkCell.none
  /// The earliest end of a certificate on the link, in seconds since 1970; nil where none is at hand.
  public var expiry: Int?
  /// The certificate that ends first.
  public var expiryLabel: String?
  /// Whether it cannot be reached from elsewhere.
  public var isLocal = false
  /// Whether something keeps it from working.
  public var isBroken = false

  init(_ id: String, _ client: String, _ server: String, node: String) {
    self.id = id
    self.client = client
    self.server = server
    self.node = node
  }

  /// "kube-apiserver -> etcd".
  public var name: String { "\(client) -> \(server)" }

  /// The cells with their names, in the order of the columns.
  public var cells: [(name: String, cell: LinkCell)] {
    [
      ("encrypted", encrypted), ("server verified", serverVerified),
      ("client authenticated", clientAuthenticated), ("protocol and ciphers", floor),
      ("certificate", certificate),
    ]
  }

  /// What is to be done about it.
  public var findings: [Finding] { cells.flatMap(\.cell.findings) }

  /// The verdict: the worst that a cell says, and what is unknown is never fine.
  public var verdict: Verdict {
    if isBroken { return .broken }
    if isLocal { return .local }
    let states = [encrypted, serverVerified, clientAuthenticated].map(\.state)
    if encrypted.state == .bad || clientAuthenticated.state == .bad { return .exposed }
    // What is known to be bad does not get better by what is not known.
    if serverVerified.state == .bad || floor.state == .bad { return .weak }
    if states.contains(.unknown) || floor.state == .unknown { return .unknown }
    return states.contains(.weak) || floor.state == .weak ? .weak : .protected
  }

  /// Notes when a component's own certificate ends, or one that goes with it.
  mutating func note(_ file: CertificateFile?) {
    for certificate in file?.certificates ?? [] { note(certificate, file) }
  }

  /// Notes when a certificate of the link ends.
  mutating func note(_ certificate: Certificate, _ file: CertificateFile?) {
    guard certificate.notAfter < expiry ?? .max else { return }
    expiry = certificate.notAfter
    expiryLabel = "\(certificate.subject.text) in \(file?.label ?? "")"
  }

  /// Notes when the last of several authorities ends, any of which will do.
  mutating func note(authority file: CertificateFile) {
    guard let last = file.certificates.max(by: { $0.notAfter < $1.notAfter }) else { return }
    note(last, file)
  }
}
