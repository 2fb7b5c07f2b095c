internal import X509

extension TransportCheck {
  /// Whether a node's own kubeconfigs trust who signed for the API server.
  func checkKubeconfigs(into findings: inout FindingSet) throws(X509Error) {
    let servers = assignments.byBundle.indices.filter { number in
      assignments.byBundle[number].contains { $0.role == .apiServer && $0.isCertain }
    }
    let bySite = Dictionary(grouping: servers) { assignments.sites[$0] }
    for (file, authorities) in assignments.kubeconfigAuthorities.sorted(by: { $0.key < $1.key })
    where Role.client(ofKubeconfig: file) != .client {
      for authority in authorities {
        // Of several servers of one site it is not known which one is meant.
        guard let servers = bySite[layout.site(of: file)], servers.count == 1 else { continue }
        try check(authority, of: file, against: servers[0], &findings)
      }
    }
  }

  private func check(
    _ authority: Int, of file: String, against server: Int, _ findings: inout FindingSet
  ) throws(X509Error) {
    let trust = try inventory.certificates(of: authority)
    guard let index = inventory.bundles[server].leafIndex, let first = trust.first else { return }
    let position = Inventory.Position(server, index)
    let found = try inventory.certificate(position)
    let beside = try bundleIndex.above(position, in: inventory)
    func isTrusted(_ trust: [BundledCertificate]?) -> Bool {
      let link = chains.link(of: found.certificate, beside: beside, trust: trust)
      let judged = chains.judge(found, link, purpose: .server, name: nil)
      return judged?.result.problems.contains { $0.isIssuerMissing || $0.isBadSignature } == false
    }
    // What is wrong with the server's certificate itself is said there.
    let own = assignments.byBundle[server].first { $0.role == .apiServer }
    guard let own, isTrusted(self.trust(own, server)), !isTrusted(trust) else { return }
    findings.add(
      TransportRules.kubeconfigAuthority,
      "\(CertificateCheck.name(first)) did not sign \(CertificateCheck.name(found)) of "
        + found.origin.file + (first.origin.file == file ? "" : ", to whom \(file) leads"),
      at: first.origin)
  }
}
