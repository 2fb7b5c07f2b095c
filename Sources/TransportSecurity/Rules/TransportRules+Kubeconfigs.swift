public import Findings

extension TransportRules {
  static let kubeconfigs: [Rule] = [
    skipVerify, plainHTTP, noAuthority, kubeconfigAuthority, embeddedKubelet, webhookUnverified,
  ]

  /// `tls/skip-verify`.
  public static let skipVerify = Rule(
    "tls/skip-verify", .critical, "A client does not verify the server",
    why:
      "Whoever stands between reads every Secret that passes, and the client's token with it.",
    fix: "Remove insecure-skip-tls-verify and name the server's authority.",
    controls: [.kubernetes(136)])

  /// `tls/plain-http`.
  public static let plainHTTP = Rule(
    "tls/plain-http", .critical, "A client reaches its server without TLS",
    why: "Everything passes in clear: Secrets, tokens, and whoever listens has them.",
    fix: "Use https, with the server's authority.", controls: [.kubernetes(136)])

  /// `tls/no-authority`.
  public static let noAuthority = Rule(
    "tls/no-authority", .medium, "A kubeconfig names no authority for the server",
    why: "The machine's own list counts: any of some hundred public authorities can vouch for it.",
    fix: "Name the cluster's authority (certificate-authority-data).")

  /// `tls/kubeconfig-authority`.
  public static let kubeconfigAuthority = Rule(
    "tls/kubeconfig-authority", .high,
    "A kubeconfig trusts another authority than the API server's",
    why: "Whoever uses it refuses the API server; after a change of authorities it was forgotten.",
    fix: "Put the authority that signs for the API server into certificate-authority-data.",
    controls: [.kubernetes(136), .kubernetes(137)])

  /// `tls/kubelet-embedded`.
  public static let embeddedKubelet = Rule(
    "tls/kubelet-embedded", .medium, "A kubelet's client certificate does not renew itself",
    why:
      "The kubelet renews the file that its kubeconfig refers to; what the kubeconfig holds itself expires.",
    fix:
      "Refer to /var/lib/kubelet/pki/kubelet-client-current.pem as client-certificate and client-key.",
    controls: [.cis("4.2.10"), .kubernetes(133)])

  /// `tls/webhook-unverified`.
  public static let webhookUnverified = Rule(
    "tls/webhook-unverified", .high, "The API server does not verify a server that it calls",
    why: "Whoever answers in its place gets what it sends, Secrets among it.",
    fix: "Use https, remove insecureSkipTLSVerify and give a caBundle.")
}
