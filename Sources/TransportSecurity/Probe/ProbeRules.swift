public import Findings

/// What `tls probe` looks for, besides the dates, keys and signatures of certificates, which
/// `TransportRules` has.
public enum ProbeRules {
  static let oldProtocol = Rule(
    "tls/port-old-protocol", .high, "A protocol older than TLS 1.2 is accepted",
    why: "SSL 3.0, TLS 1.0 and 1.1 have known attacks and are forbidden (RFC 7568, RFC 8996); "
      + "whoever sits in between can have a client fall back to them.",
    fix: "Set --tls-min-version=VersionTLS12 (the components' default), or in a server in front "
      + "allow TLS 1.2 and 1.3 alone.",
    controls: [.kubernetes(116)])
  static let noTLS13 = Rule(
    "tls/port-no-tls13", .info, "TLS 1.3 is not accepted",
    why: "It hides the certificates of both sides and has no weak suites.",
    fix: "Take a newer version of the server, or allow TLS 1.3 in its configuration.")
  static let noProtection = Rule(
    "tls/port-unprotected-suite", .critical,
    "A suite without encryption or authentication is accepted",
    why: "With it, whoever sits in between reads everything, or is the server.",
    fix: "Take the suites out: list strong ones with --tls-cipher-suites (etcd: --cipher-suites).",
    controls: [.cis("1.2.29"), .kubernetes(117)])
  static let weakSuite = Rule(
    "tls/port-weak-suite", .high, "A weak cipher suite is accepted",
    why: "RC4, DES, 3DES, export keys and MD5 can be broken by who records enough.",
    fix: "Take the suites out: list strong ones with --tls-cipher-suites (etcd: --cipher-suites).",
    controls: [.cis("1.2.29"), .cis("4.2.12"), .kubernetes(117)])
  static let noForwardSecrecy = Rule(
    "tls/port-no-forward-secrecy", .medium, "A suite without forward secrecy is accepted",
    why: "Who records the traffic now reads the Secrets in it when the server's key gets known "
      + "later. Go calls these suites insecure since 1.22.",
    fix: "List suites that begin with TLS_ECDHE_ alone; TLS 1.3 has no others.",
    controls: [.cis("1.2.29"), .kubernetes(117)])
  static let shortKeyExchange = Rule(
    "tls/port-short-key-exchange", .medium, "Keys are exchanged with a short modulus",
    why: "Diffie-Hellman with less than 2048 bits can be broken (Logjam).",
    fix: "Use elliptic curves (ECDHE), or parameters of 2048 bits and more.")

  static let wrongHost = Rule(
    "tls/port-wrong-host", .high, "The certificate served is not for this host",
    why: "Clients that verify the name refuse it; those that were told not to talk to anybody.",
    fix: "Issue it with the name or address that clients use among its SANs, or say with "
      + "--server-name which name they do use.",
    controls: [.kubernetes(125)])
  static let untrusted = Rule(
    "tls/port-untrusted", .high, "The chain served does not lead to the authorities given",
    why: "Clients that trust these authorities refuse it.",
    fix: "Give the cluster's authority with --ca; if that is the right one, have the server send "
      + "its intermediates, or issue its certificate again.",
    controls: [.kubernetes(136)])

  static let noClientCertificate = Rule(
    "tls/port-etcd-open", .critical, "etcd serves clients without a certificate",
    why: "Whoever reaches the port reads and writes everything in etcd, all Secrets included.",
    fix:
      "Set --client-cert-auth=true with --trusted-ca-file, and for peers --peer-client-cert-auth "
      + "with --peer-trusted-ca-file.",
    controls: [.cis("2.2"), .cis("2.5"), .nsa("5.1"), .kubernetes(110)])
  static let certificateNotAsked = Rule(
    "tls/port-no-client-certificate", .medium, "No client certificate is asked for",
    why: "The server has no authority for its clients, so that they cannot authenticate by "
      + "certificates: the API server to the kubelet, kubelets and components to the API server.",
    fix: "Set --client-ca-file (kubelet: authentication.x509.clientCAFile).",
    controls: [.cis("1.2.25"), .cis("4.2.3"), .kubernetes(119)])
  static let anonymousKubelet = Rule(
    "tls/port-anonymous-kubelet", .high, "The kubelet takes anonymous requests",
    why: "Requests without credentials are not refused; what they may do hangs on authorization "
      + "alone.",
    fix: "Set authentication.anonymous.enabled to false in the kubelet's configuration.",
    controls: [.cis("4.2.1"), .nsa("7.0")])
  static let anonymousAPI = Rule(
    "tls/port-anonymous-api", .info, "The API server answers anonymous requests",
    why: "It is the default: /version, /healthz and what RBAC grants to system:anonymous.",
    fix: "Restrict anonymous access to the paths that need it (AuthenticationConfiguration), or "
      + "set --anonymous-auth=false.",
    controls: [.cis("1.2.1"), .nsa("7.0")])
  static let identityRefused = Rule(
    "tls/port-certificate-refused", .medium, "The client certificate given is refused",
    why: "The server does not take it: another authority, expired, or not for clients.",
    fix: "Compare its issuer with the authorities that the server names.")

  static let plainHTTP = Rule(
    "tls/port-plain-http", .critical, "The port answers HTTP without TLS",
    why: "Everything on it can be read and changed on the way.",
    fix: "Give the server a certificate and a key, and only 'https' addresses to listen on.",
    controls: [.nsa("5.0"), .kubernetes(109)])
  static let plainMetrics = Rule(
    "tls/port-plain-metrics", .low, "A port for metrics or health answers without TLS",
    why: "It is the default. No Secrets are behind it, but names and numbers are.",
    fix: "Let it listen on a loopback address, or give it TLS where the component can.")
  static let kubeletReadOnly = Rule(
    "tls/port-kubelet-read-only", .high, "The kubelet's read-only port is open",
    why: "It tells everybody all pods of the node with their environment, without TLS.",
    fix: "Set readOnlyPort to 0 in the kubelet's configuration.", controls: [.cis("4.2.4")])
  static let silent = Rule(
    "tls/port-silent", .medium, "The port takes connections and says nothing",
    why: "What is there cannot be judged; clients wait until their own time is over.",
    fix: "See what listens there; a server in front may have lost the one behind it.")
  static let notTLS = Rule(
    "tls/port-not-tls", .high, "The port speaks something that is not TLS",
    why: "What is there cannot be judged.",
    fix: "See what listens there, and whether it is the port that was meant.")
  static let noHandshake = Rule(
    "tls/port-no-handshake", .medium, "No handshake comes about",
    why: "The server breaks every one off, whatever it is offered: it may have no certificate, "
      + "want another name, or speak something else.",
    fix: "Look into the server's log; give the name that it expects with --server-name.")

  /// All of them.
  public static let all = [
    oldProtocol, noTLS13, noProtection, weakSuite, noForwardSecrecy, shortKeyExchange, wrongHost,
    untrusted, noClientCertificate, certificateNotAsked, anonymousKubelet, anonymousAPI,
    identityRefused, plainHTTP, plainMetrics,
    kubeletReadOnly, silent, notTLS, noHandshake,
  ]
}
