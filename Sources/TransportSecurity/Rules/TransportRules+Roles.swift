public import Findings

extension TransportRules {
  static let roles: [Rule] = [
    wrongUsage, keyUsage, namesMissing, noNames, wrongSubject, masters, breakGlass,
  ]

  /// `tls/wrong-usage`.
  public static let wrongUsage = Rule(
    "tls/wrong-usage", .high, "A certificate is not for what its role needs",
    why: "The other side asks for serverAuth or clientAuth, and refuses a certificate without it.",
    fix: "Issue it again with the extended key usage of its role.",
    controls: [.kubernetes(126), .kubernetes(127), .kubernetes(128)])

  /// `tls/key-usage`.
  public static let keyUsage = Rule(
    "tls/key-usage", .medium, "A certificate's key may not sign handshakes",
    why: "TLS needs digitalSignature; OpenSSL refuses the certificate, Go does not.",
    fix: "Issue it again with digitalSignature and keyEncipherment.",
    controls: [.kubernetes(128)])

  /// `tls/names-missing`.
  public static let namesMissing = Rule(
    "tls/names-missing", .high, "A server's certificate lacks a name that clients use",
    why: "Clients that reach it by this name refuse the connection.",
    fix: "Issue it again with every name (kubeadm: apiServer.certSANs).",
    controls: [.kubernetes(125), .kubernetes(126)])

  /// `tls/no-names`.
  public static let noNames = Rule(
    "tls/no-names", .high, "A server's certificate has no name at all",
    why: "Go looks at the subject's CN no more: no client that verifies can connect.",
    fix: "Issue it again with subjectAltName.",
    controls: [.kubernetes(125)])

  /// `tls/wrong-subject`.
  public static let wrongSubject = Rule(
    "tls/wrong-subject", .high, "A certificate's subject is not its role's",
    why: "To the API server the subject is the user: permissions hang on it.",
    fix: "Issue it again with the subject of its role.",
    controls: [.kubernetes(129)])

  /// `tls/masters`.
  public static let masters = Rule(
    "tls/masters", .medium, "A client certificate is of the group system:masters",
    why:
      "The group is above all authorization, and the certificate cannot be revoked while it is valid.",
    fix: "Use it for emergencies alone, locked away; give administrators a role of RBAC.",
    controls: [
      .cis("5.1.7"), .checklist("system:masters is not used after bootstrap"), .kubernetes(130),
    ])

  /// `tls/break-glass`.
  public static let breakGlass = Rule(
    "tls/break-glass", .low, "The administrator above all authorization lies on a node",
    why:
      "super-admin.conf is for the day when RBAC is broken; until then whoever copies it has the whole cluster, and nobody can take that away.",
    fix: "Move it to a safe place away from the node (kubeadm can write it anew).",
    controls: [
      .cis("5.1.7"), .checklist("system:masters is not used after bootstrap"), .kubernetes(130),
    ])
}
