internal import ControlPlane
internal import CryptoCore
internal import EncryptionAtRest
internal import Findings
internal import Platform
internal import YAMLSource

extension LinkBuilder {
  /// Whom the API server calls beside etcd and kubelets, as its flags and files say.
  mutating func addOutgoing() {
    guard let run = node.run(.apiServer) else {
      addKubeletTracing()
      return
    }
    addKeyManagement(run)
    addWebhook(run, "audit-webhook-config-file", "apiserver-audit", "audit webhook")
    addWebhook(
      run, "authentication-token-webhook-config-file", "apiserver-authentication",
      "authentication webhook")
    addWebhook(
      run, "authorization-webhook-config-file", "apiserver-authorization",
      "authorization webhook")
    addConfigured(run)
    addIssuers(run)
    addTracing(run)
    addEgress(run)
    addKubeletTracing()
  }

  // MARK: Key management

  private mutating func addKeyManagement(_ run: ComponentRun) {
    guard let flag = run.flags.last("encryption-provider-config") else { return }
    let evidence = LinkEvidence("--encryption-provider-config=\(flag.value)", at: flag.place)
    guard let path = run.location(of: flag.value).path,
      let snapshot = try? node.root.read(path),
      let decoded = try? DecodedConfiguration.read(snapshot.bytes.bytes)
    else {
      var link = Link("apiserver-kms", "kube-apiserver", "KMS plugin", node: node.root.name)
      let cell = LinkCell.unknown("its EncryptionConfiguration cannot be read", [evidence])
      (link.encrypted, link.serverVerified, link.clientAuthenticated) = (cell, cell, cell)
      add(link)
      return
    }
    for provider in decoded.entries.flatMap(\.providers) {
      guard let kms = provider.kms else { continue }
      var link = Link(
        "apiserver-kms", "kube-apiserver", "KMS plugin '\(kms.name.value)'", node: node.root.name)
      let place = Place(
        file: node.root.shown(path), line: kms.endpoint.position.line,
        column: kms.endpoint.position.column)
      let isAbstract =
        kms.endpoint.value.hasPrefix("unix:@")
        || kms.endpoint.value.hasPrefix("unix:///@")
      link.isLocal = !isAbstract
      link.encrypted = LinkCell(
        .none, "socket", [evidence, LinkEvidence("endpoint: \(kms.endpoint.value)", at: place)])
      // An abstract socket has no owner: any process of the host can answer.
      link.serverVerified =
        isAbstract ? LinkCell(.bad, "no", [LinkEvidence("abstract", at: place)]) : .none
      add(link)
    }
  }

  // MARK: Webhooks by kubeconfig

  private mutating func addWebhook(
    _ run: ComponentRun, _ flag: String, _ id: String, _ server: String
  ) {
    guard let named = run.flags.last(flag) else { return }
    add(
      webhook(
        id, server, PlacedText(named.value, at: named.place), run,
        LinkEvidence("--\(flag)=\(named.value)", at: named.place)))
  }

  private func webhook(
    _ id: String, _ server: String, _ path: PlacedText, _ run: ComponentRun,
    _ evidence: LinkEvidence
  ) -> Link {
    guard let host = run.location(of: path.text).path, let found = kubeconfig(at: host) else {
      var link = Link(id, "kube-apiserver", server, node: node.root.name)
      let cell = LinkCell.unknown("\(path.text) is not at hand", [evidence])
      (link.encrypted, link.serverVerified, link.clientAuthenticated) = (cell, cell, cell)
      return link
    }
    var link = kubeconfigLink(id, "kube-apiserver", server, found, folder(of: host)) { _ in [] }
    link.encrypted.evidence.insert(evidence, at: 0)
    if let url = found.current.cluster?.server?.text, Endpoint(url).isLoopback {
      link.isLocal = link.encrypted.state == .bad
    }
    return link
  }

  private mutating func addConfigured(_ run: ComponentRun) {
    if let root = configuration("authorization-config", of: run) {
      for found in RequestWebhooks.authorizers(in: root) {
        add(
          webhook(
            "apiserver-authorization", "authorizer '\(found.name)'", found.kubeconfig, run,
            LinkEvidence("kubeConfigFile: \(found.kubeconfig.text)", at: found.kubeconfig.place)))
      }
    }
    if let root = configuration("admission-control-config-file", of: run) {
      for found in RequestWebhooks.imagePolicies(in: root) {
        add(
          webhook(
            "apiserver-image-policy", "image policy webhook", found.kubeconfig, run,
            LinkEvidence("kubeConfigFile: \(found.kubeconfig.text)", at: found.kubeconfig.place)))
      }
    }
  }

  // MARK: Issuers of tokens

  private mutating func addIssuers(_ run: ComponentRun) {
    if let url = run.flags.last("oidc-issuer-url") {
      let authority = ComponentDefaults.setting("oidc-ca-file", of: run)
      var link = Link("apiserver-oidc", "kube-apiserver", "token issuer", node: node.root.name)
      let evidence = [LinkEvidence("--oidc-issuer-url=\(url.value)", at: url.place)]
      let isPlain = Endpoint(url.value).scheme != "https"
      link.encrypted = LinkCell(isPlain ? .bad : .good, isPlain ? "no" : "yes", evidence)
      if let file = file(authority, of: run) {
        link.serverVerified = verified(
          by: file, nil, names: [], [LinkEvidence(authority)], &link)
      } else {
        link.serverVerified = LinkCell(.good, "by the CAs of the image", [LinkEvidence(authority)])
      }
      add(link)
    }
    guard let root = configuration("authentication-config", of: run) else { return }
    for issuer in RequestWebhooks.issuers(in: root) {
      var link = Link("apiserver-oidc", "kube-apiserver", "token issuer", node: node.root.name)
      let isPlain = Endpoint(issuer.url.text).scheme != "https"
      link.encrypted = LinkCell(
        isPlain ? .bad : .good, isPlain ? "no" : "yes",
        [LinkEvidence("url: \(issuer.url.text)", at: issuer.url.place)])
      link.serverVerified = LinkCell(
        .good, issuer.certificateAuthority == nil ? "by the CAs of the image" : "by its own CA",
        [
          LinkEvidence(
            issuer.certificateAuthority == nil
              ? "no certificateAuthority" : "certificateAuthority",
            at: issuer.certificateAuthority?.place ?? issuer.url.place)
        ])
      add(link)
    }
  }

  // MARK: Traces

  private mutating func addTracing(_ run: ComponentRun) {
    guard let root = configuration("tracing-config-file", of: run),
      let endpoint = TracingEndpoint.of(root)
    else { return }
    addTraces("apiserver-tracing", "kube-apiserver", endpoint)
  }

  private mutating func addKubeletTracing() {
    guard let endpoint = node.kubelet?.tracingEndpoint else { return }
    addTraces("kubelet-tracing", "kubelet", endpoint)
  }

  /// Components of Kubernetes send traces by gRPC without TLS (k8s.io/component-base/tracing).
  private mutating func addTraces(_ id: String, _ client: String, _ endpoint: PlacedText) {
    var link = Link(id, client, "trace collector", node: node.root.name)
    link.isLocal = Endpoint(endpoint.text).isLoopback
    let evidence = [
      LinkEvidence("endpoint: \(endpoint.text)", at: endpoint.place),
      LinkEvidence("traces go by gRPC without TLS", at: nil),
    ]
    link.encrypted = LinkCell(
      link.isLocal ? .weak : .bad, "no", evidence,
      findings: link.isLocal
        ? []
        : [
          finding(
            CoverageRules.tracingPlaintext, "\(client) sends traces to \(endpoint.text)",
            endpoint.place)
        ])
    link.serverVerified = LinkCell(link.isLocal ? .weak : .bad, "no", evidence)
    link.clientAuthenticated = .none
    add(link)
  }

  // MARK: The tunnel to the nodes

  private mutating func addEgress(_ run: ComponentRun) {
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
    addTunnel()
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
        finding(CoverageRules.webhookInsecure, "the proxy is called at \(url.text)", url.place))
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
  private mutating func addTunnel() {
    guard let server = node.run(.konnectivityServer) else { return }
    var link = Link(
      "konnectivity-agents", "konnectivity-agent", "konnectivity-server", node: node.root.name)
    let certificate = ComponentDefaults.setting("cluster-cert", of: server)
    let own = file(certificate, of: server)
    link.encrypted =
      certificate.isSet
      ? LinkCell(.good, "yes", [LinkEvidence(certificate)])
      : LinkCell(.bad, "no", [LinkEvidence(certificate)])
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
        .bad, "no", [LinkEvidence(authority), LinkEvidence(audience)])
    }
    add(finished(link, [own]))
  }
}
