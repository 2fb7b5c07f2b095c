internal import ControlPlane
internal import Findings

/// What kubeconfigs and objects say about verifying servers.
enum KubeconfigCheck {
  static func run(_ inventory: Inventory, into findings: inout FindingSet) {
    for kubeconfig in inventory.kubeconfigs {
      for cluster in kubeconfig.clusters { check(cluster, kubeconfig.file, &findings) }
      guard Role.client(ofKubeconfig: kubeconfig.file) == .kubeletClient else { continue }
      for user in kubeconfig.users {
        if let material = user.clientCertificate, material.path == nil {
          findings.add(
            TransportRules.embeddedKubelet, "the user '\(user.name)' has its certificate here",
            file: kubeconfig.file, line: material.place.line, column: material.place.column)
        }
      }
    }
    for webhook in inventory.webhooks {
      guard let place = webhook.insecureSkipVerify else { continue }
      findings.add(
        TransportRules.webhookUnverified, "\(webhook.name) has insecureSkipTLSVerify",
        file: place.file, line: place.line, column: place.column)
    }
  }

  private static func check(
    _ cluster: Kubeconfig.Cluster, _ file: String, _ findings: inout FindingSet
  ) {
    let who = "the cluster '\(cluster.name)'"
    if let server = cluster.server, server.text.lowercased().hasPrefix("http://") {
      return findings.add(
        TransportRules.plainHTTP, "\(who) has the server \(server.text)", file: file,
        line: server.place.line, column: server.place.column)
    }
    if let place = cluster.insecureSkipVerify {
      findings.add(
        TransportRules.skipVerify, "\(who) has insecure-skip-tls-verify", file: file,
        line: place.line, column: place.column)
    } else if cluster.certificateAuthority == nil, cluster.server != nil {
      findings.add(
        TransportRules.noAuthority, "\(who) has no certificate-authority", file: file,
        line: cluster.place.line, column: cluster.place.column)
    }
  }
}
