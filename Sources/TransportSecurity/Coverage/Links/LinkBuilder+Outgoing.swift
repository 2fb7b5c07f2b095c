internal import ControlPlane
internal import CryptoCore
internal import EncryptionAtRest
internal import Findings
internal import Platform
internal import YAMLSource

extension LinkBuilder {
  /// Whom the API server calls beside etcd and kubelets, as its flags and files say.
  mutating func addOutgoing() {
    addTunnel()
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
    var link = kubeconfigLink(
      id, "kube-apiserver", server, found, folder(of: path.text), of: run
    ) { _ in [] }
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
      link.encrypted = issuerCell(url.value, evidence, url.place)
      if isPlain {
        link.serverVerified = LinkCell(.bad, "no", evidence)
      } else if let file = file(authority, of: run) {
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
      let evidence = [LinkEvidence("url: \(issuer.url.text)", at: issuer.url.place)]
      link.encrypted = issuerCell(issuer.url.text, evidence, issuer.url.place)
      link.serverVerified = LinkCell(
        isPlain ? .bad : .good,
        issuer.certificateAuthority == nil ? "by the CAs of the image" : "by its own CA",
        [
          LinkEvidence(
            issuer.certificateAuthority == nil
              ? "no certificateAuthority" : "certificateAuthority",
            at: issuer.certificateAuthority?.place ?? issuer.url.place)
        ])
      add(link)
    }
  }

  private func issuerCell(
    _ url: String, _ evidence: [LinkEvidence], _ place: Place
  ) -> LinkCell {
    guard Endpoint(url).scheme != "https" else { return LinkCell(.good, "yes", evidence) }
    return LinkCell(
      .bad, "no", evidence,
      findings: [
        finding(
          CoverageRules.refusedFlags, "kube-apiserver takes no issuer but of https: \(url)", place)
      ])
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
}
