internal import ControlPlane
internal import Findings

/// What kubeconfigs and objects say about verifying servers.
enum KubeconfigCheck {
  static func run(_ inventory: Inventory, into findings: inout FindingSet) {
    for kubeconfig in inventory.kubeconfigs {
      check(kubeconfig, at: nil, &findings)
      // k3s and RKE2 renew what is in theirs when they start.
      guard kubeconfig.file.hasSuffix("kubelet.conf") else { continue }
      for user in kubeconfig.users {
        if let material = user.clientCertificate, material.path == nil {
          findings.add(
            TransportRules.embeddedKubelet, "the user '\(user.name)' has its certificate here",
            file: kubeconfig.file, line: material.place.line, column: material.place.column)
        }
      }
    }
    for embedded in inventory.embedded {
      check(embedded.kubeconfig, at: embedded.place, &findings)
    }
    for webhook in inventory.webhooks {
      guard let place = webhook.insecureSkipVerify else { continue }
      findings.add(
        TransportRules.webhookUnverified, "\(webhook.name) has insecureSkipTLSVerify",
        file: place.file, line: place.line, column: place.column)
    }
  }

  /// - Parameter value: Where the value stands that holds it; nil for a file of its own.
  private static func check(
    _ kubeconfig: Kubeconfig, at value: Place?, _ findings: inout FindingSet
  ) {
    func add(_ rule: Rule, _ message: String, _ place: Place) {
      let place = value ?? place
      findings.add(
        rule, message, file: kubeconfig.file, line: place.line, column: place.column)
    }
    for cluster in kubeconfig.clusters {
      let who = "the cluster '\(cluster.name)'"
      let server = cluster.server
      let hasAuthority = cluster.certificateAuthority != nil
      if let server, isPlain(server.text, cluster, kubeconfig) {
        add(TransportRules.plainHTTP, "\(who) has the server \(server.text)", server.place)
      } else if let place = cluster.insecureSkipVerify {
        add(TransportRules.skipVerify, "\(who) has insecure-skip-tls-verify", place)
      } else if !hasAuthority, server != nil {
        add(TransportRules.noAuthority, "\(who) has no certificate-authority", cluster.place)
      }
    }
    for user in kubeconfig.users {
      if let certificate = user.clientCertificate, user.clientKey == nil {
        add(
          TransportRules.keyMissing, "the user '\(user.name)' has a certificate and no client-key",
          certificate.place)
      }
    }
  }

  /// Whether a client speaks HTTP to a server: without a scheme client-go does, unless something of
  /// TLS is set.
  private static func isPlain(
    _ server: String, _ cluster: Kubeconfig.Cluster, _ kubeconfig: Kubeconfig
  ) -> Bool {
    if server.contains("://") { return server.lowercased().hasPrefix("http://") }
    return !server.isEmpty && cluster.certificateAuthority == nil
      && cluster.insecureSkipVerify == nil
      && kubeconfig.users.allSatisfy { $0.clientCertificate == nil }
  }
}
