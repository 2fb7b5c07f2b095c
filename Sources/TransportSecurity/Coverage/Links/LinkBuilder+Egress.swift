internal import ControlPlane
internal import Findings

/// The tunnel to the nodes (konnectivity).
extension LinkBuilder {
  mutating func addEgress(_ run: ComponentRun) {
    guard let flag = run.flags.last("egress-selector-config-file") else { return }
    let evidence = LinkEvidence("--egress-selector-config-file=\(flag.value)", at: flag.place)
    guard let root = configuration("egress-selector-config-file", of: run) else {
      // k3s writes this file at its start; its own tunnel is not konnectivity's.
      guard flag.distribution == nil else { return }
      var link = Link("apiserver-konnectivity", "kube-apiserver", "proxy", node: node.root.name)
      let cell = LinkCell.unknown("\(flag.value) is not at hand", [evidence])
      (link.encrypted, link.serverVerified, link.clientAuthenticated) = (cell, cell, cell)
      add(link)
      return
    }
    for selection in EgressSelection.all(in: root) where selection.proxyProtocol?.text != "Direct" {
      add(egress(selection, run, evidence))
    }
  }

  private func egress(
    _ selection: EgressSelection, _ run: ComponentRun, _ evidence: LinkEvidence
  ) -> Link {
    var link = Link(
      "apiserver-konnectivity", "kube-apiserver", "proxy (\(selection.name))",
      node: node.root.name)
    if let socket = selection.socket {
      link.isLocal = true
      link.encrypted = LinkCell(
        .none, "socket", [evidence, LinkEvidence("udsName: \(socket.text)", at: socket.place)])
      return link
    }
    guard let url = selection.url else {
      link.encrypted = .unknown("neither a socket nor a URL", [evidence])
      link.serverVerified = link.encrypted
      return link
    }
    let isPlain = Endpoint(url.text).scheme != "https"
    link.encrypted = LinkCell(
      isPlain ? .bad : .good, isPlain ? "no" : "yes",
      [evidence, LinkEvidence("url: \(url.text)", at: url.place)])
    if isPlain {
      link.encrypted.findings.append(
        finding(TransportRules.webhookUnverified, "the proxy is called at \(url.text)", url.place))
      link.serverVerified = LinkCell(.bad, "no", [])
      link.clientAuthenticated = LinkCell(.bad, "no", [])
      return link
    }
    let server = node.run(.konnectivityServer)
    let serverFile = server.flatMap { run in
      file(ComponentDefaults.setting("server-cert", of: run), of: run)
    }
    if let authority = selection.certificateAuthority {
      link.serverVerified = verified(
        by: file(authority.text, of: run), serverFile, names: [Endpoint(url.text).host],
        [LinkEvidence("caBundle: \(authority.text)", at: authority.place)], &link)
    } else {
      link.serverVerified = LinkCell(
        .good, "by the CAs of the image", [LinkEvidence("no caBundle", at: selection.place)])
    }
    let clientFile = selection.clientCertificate.map { file($0.text, of: run) }
    let asked = server.map { ComponentDefaults.setting("server-ca-cert", of: $0) }
    if let server, let asked, let authority = file(asked, of: server) {
      link.clientAuthenticated = authenticated(
        by: authority, clientFile, [LinkEvidence(asked)], &link)
    } else if let server, let asked {
      // Without one it asks for no certificate (apiserver-network-proxy, cmd/server/app).
      link.clientAuthenticated = LinkCell(
        .bad, "no", [LinkEvidence(asked)],
        findings: [
          finding(
            CoverageRules.tunnelOpen, "konnectivity-server has no --server-ca-cert", server.place)
        ])
    } else {
      link.clientAuthenticated = .unknown(
        "whom the proxy trusts is not at hand",
        selection.clientCertificate.map {
          [LinkEvidence("clientCert: \($0.text)", at: $0.place)]
        } ?? [])
    }
    return finished(link, [clientFile, serverFile])
  }

  /// The agents' end of the tunnel.
  mutating func addTunnel() {
    guard let server = node.run(.konnectivityServer) else { return }
    var link = Link(
      "konnectivity-agents", "konnectivity-agent", "konnectivity-server", node: node.root.name)
    let certificate = ComponentDefaults.setting("cluster-cert", of: server)
    let own = file(certificate, of: server)
    link.encrypted =
      certificate.isSet
      ? LinkCell(.good, "yes", [LinkEvidence(certificate)])
      : .unknown("no --cluster-cert", [LinkEvidence(certificate)])
    link.certificate = self.certificate(own, certificate, &link)
    link.serverVerified = .unknown("the agents' flags are not at hand")
    let authority = ComponentDefaults.setting("cluster-ca-cert", of: server)
    let audience = ComponentDefaults.setting("authentication-audience", of: server)
    if let file = file(authority, of: server) {
      link.clientAuthenticated = authenticated(by: file, nil, [LinkEvidence(authority)], &link)
    } else if audience.isSet {
      link.clientAuthenticated = LinkCell(.good, "by a token", [LinkEvidence(audience)])
    } else {
      link.clientAuthenticated = LinkCell(
        .bad, "no", [LinkEvidence(authority), LinkEvidence(audience)],
        findings: [
          finding(
            CoverageRules.tunnelOpen,
            "konnectivity-server has neither --cluster-ca-cert nor --authentication-audience",
            server.place)
        ])
    }
    add(finished(link, [own]))
  }
}
