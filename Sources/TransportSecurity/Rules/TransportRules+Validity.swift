public import Findings

extension TransportRules {
  static let validity: [Rule] = [
    expired, notYetValid, neverValid, expiresSoon, lifetime, weakSignature, unsupportedAlgorithm,
    strictEncoding,
    brokenExtension, unknownCritical, unreadable,
  ]

  /// `tls/expired`.
  public static let expired = Rule(
    "tls/expired", .critical, "A certificate has expired",
    why: "Whoever verifies it refuses the connection: the component that shows it is cut off.",
    fix: "Renew it and restart what uses it; --renewal-plan says in which order.",
    controls: [.kubernetes(132)])

  /// `tls/not-yet-valid`.
  public static let notYetValid = Rule(
    "tls/not-yet-valid", .high, "A certificate is not valid yet",
    why: "Until then it is refused like an expired one; as a rule a clock was wrong.",
    fix: "Compare the clocks of the nodes, then issue it again.")

  /// `tls/never-valid`.
  public static let neverValid = Rule(
    "tls/never-valid", .critical, "A certificate ends before it begins",
    why: "There is no time at which anybody accepts it.",
    fix: "Issue it again with dates in the right order.")

  /// `tls/expires-soon`.
  public static let expiresSoon = Rule(
    "tls/expires-soon", .medium, "A certificate expires soon",
    why: "When it does, the component that shows it is cut off.",
    fix: "Renew it and restart what uses it; --renewal-plan says in which order.",
    controls: [.kubernetes(132)])

  /// `tls/lifetime`.
  public static let lifetime = Rule(
    "tls/lifetime", .low, "A certificate is valid for more than three years",
    why:
      "Kubernetes revokes no client certificate: until it expires, whoever has the key is let in.",
    fix: "Issue it for three years at most, better for one.",
    controls: [
      .checklist("Intermediate and leaf certificates expire within 3 years"), .kubernetes(131),
    ])

  /// `tls/weak-signature`.
  public static let weakSignature = Rule(
    "tls/weak-signature", .high, "A certificate is signed with a hash that can be forged",
    why:
      "Two certificates with the same MD5 or SHA-1 can be made; Go, and with it Kubernetes, refuses them.",
    fix: "Issue it again with SHA-256.")

  /// `tls/unsupported-algorithm`.
  public static let unsupportedAlgorithm = Rule(
    "tls/unsupported-algorithm", .high, "A certificate has a key or signature that Go cannot use",
    why:
      "OpenSSL takes it, Kubernetes' components do not: Go has RSA up to 8,192 bits, P-224 to P-521 and Ed25519, signed with SHA-256, SHA-384 or SHA-512.",
    fix: "Make a new key, RSA with 2,048 to 4,096 bits or P-256, and a certificate for it.")

  /// `tls/strict-encoding`.
  public static let strictEncoding = Rule(
    "tls/strict-encoding", .medium, "A certificate is encoded in a way that Go refuses",
    why:
      "OpenSSL reads it, Kubernetes' components do not: what works with curl fails in the cluster.",
    fix: "Issue it again with a program that writes DER (RFC 5280, X.690).")

  /// `tls/broken-extension`.
  public static let brokenExtension = Rule(
    "tls/broken-extension", .medium, "An extension of a certificate cannot be read",
    why: "Programs differ in what they make of it: some refuse it, others pass the extension over.",
    fix: "Issue it again.")

  /// `tls/unknown-critical`.
  public static let unknownCritical = Rule(
    "tls/unknown-critical", .high, "A certificate has a critical extension that nobody knows",
    why: "Whoever verifies it has to refuse it (RFC 5280, section 4.2).",
    fix: "Issue it again without the extension, or not critical.")

  /// `tls/unreadable`.
  public static let unreadable = Rule(
    "tls/unreadable", .medium, "A certificate or key cannot be read",
    why:
      "Programs stop at it, or pass it over silently: then a CA that should be trusted is not.",
    fix: "Write the file anew from its source.")
}
