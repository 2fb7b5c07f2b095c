internal import ControlPlane
internal import CryptoCore
internal import Findings
internal import Platform
internal import X509

extension LinkBuilder {
  /// What clients meet at an API server.
  struct APIServerSide {
    let node: NodeInventory
    let run: ComponentRun
    let certificate: CertificateFile?
    let certificateSetting: Setting
    /// Those that clients get who ask for another name (`--tls-sni-cert-key`).
    let named: [CertificateFile]
    let clientCA: CertificateFile?
    let clientCASetting: Setting
  }

  /// The server's side of an API server; nil where none is at hand.
  func side(of node: NodeInventory) -> APIServerSide? {
    guard let run = node.run(.apiServer) else { return nil }
    let other = LinkBuilder(node, in: cluster, now: judge.now, warning: warning)
    let certificate = other.servingCertificate(of: run, fallback: "apiserver.crt")
    let clientCA = ComponentDefaults.setting("client-ca-file", of: run)
    let named = run.flags.all("tls-sni-cert-key").compactMap { flag in
      flag.value.split(separator: ",").first.map { other.file(String($0), of: run) }
    }
    return APIServerSide(
      node: node, run: run, certificate: certificate.file,
      certificateSetting: certificate.setting, named: named,
      clientCA: other.file(clientCA, of: run),
      clientCASetting: clientCA)
  }

  /// A component's serving certificate: named, else the one that it makes itself in `--cert-dir`.
  func servingCertificate(
    of run: ComponentRun, fallback: String
  ) -> (file: CertificateFile?, setting: Setting, isSelfMade: Bool) {
    let named = ComponentDefaults.setting("tls-cert-file", of: run)
    if named.isSet { return (file(named, of: run), named, false) }
    let folder = ComponentDefaults.setting("cert-dir", of: run)
    guard folder.isSet else { return (nil, named, true) }
    let made = file("\(folder.value)/\(fallback)", of: run)
    return (made.certificates.isEmpty ? nil : made, named, true)
  }

  /// The API servers that a client with this URL may reach.
  func apiServers(at endpoint: Endpoint) -> [APIServerSide] {
    if endpoint.isLoopback { return side(of: node).map { [$0] } ?? [] }
    let sides = cluster.compactMap { side(of: $0) }
    let named = sides.filter { side in
      side.run.flags.last("advertise-address")?.value == endpoint.host
    }
    return named.isEmpty ? sides : named
  }

  mutating func addAPIServer() {
    if let side = side(of: node) {
      addInsecurePort(of: side.run, flag: "insecure-port")
      addClients(of: side)
    } else if node.run(.controllerManager) != nil || node.run(.scheduler) != nil {
      var link = Link("client-apiserver", "clients", "kube-apiserver", node: node.root.name)
      let cell = LinkCell.unknown("no kube-apiserver is among the files of the node")
      (link.encrypted, link.serverVerified, link.clientAuthenticated) = (cell, cell, cell)
      add(link)
    }
    // kubectl and its like: what the kubeconfigs on the node say.
    for entry in node.kubeconfigs where !isNamed(entry.path) {
      let name = entry.path.split(separator: "/").last.map(String.init) ?? entry.path
      add(clientLink("kubeconfig-apiserver", name, entry.kubeconfig, folder(of: entry.path)))
    }
  }

  /// Whether a component's flag names a kubeconfig, which gives it a row of its own.
  private func isNamed(_ path: String) -> Bool {
    node.runs.contains { run in
      ["kubeconfig", "bootstrap-kubeconfig"].contains { flag in
        run.flags.last(flag).map { run.location(of: $0.value).path == path } ?? false
      }
    }
  }

  func folder(of path: String) -> String {
    "/" + path.split(separator: "/").dropLast().joined(separator: "/")
  }

  mutating func addInsecurePort(of run: ComponentRun, flag: String) {
    let port = ComponentDefaults.setting(flag, of: run)
    let name = run.component.rawValue
    // Gone in 1.24 (kubernetes/kubernetes, CHANGELOG-1.24): it keeps the component from starting.
    if let version = run.version, version >= KubernetesVersion(1, 24), !port.isDefault {
      return report(
        finding(
          CoverageRules.refusedFlags, "\(name) \(version) knows no flag --\(flag)",
          port.place ?? run.place))
    }
    guard port.isSet, port.value != "0" else { return }
    var link = Link(
      "\(run.component.rawValue)-insecure-port", "clients", "\(name):\(port.value)",
      node: node.root.name)
    let evidence = [LinkEvidence(port)]
    link.encrypted = LinkCell(
      .bad, "no", evidence,
      findings: [
        finding(
          CoverageRules.insecurePort, "\(name) serves port \(port.value) without TLS",
          port.place ?? run.place)
      ])
    link.serverVerified = LinkCell(.bad, "no", evidence)
    link.clientAuthenticated = LinkCell(.bad, "no", evidence)
    add(link)
  }

  /// Clients from outside, whoever they are: what the server asks of them.
  private mutating func addClients(of side: APIServerSide) {
    let run = side.run
    var link = Link("client-apiserver", "clients", "kube-apiserver", node: node.root.name)
    let port = ComponentDefaults.setting("secure-port", of: run)
    link.encrypted = LinkCell(.good, "yes", [LinkEvidence(port)])
    link.certificate = certificate(side.certificate, side.certificateSetting, &link)
    link.certificate.findings += missingNames(of: side)
    for file in side.named {
      // It is over for those alone who ask for its name.
      var ofName = link
      link.certificate.findings += certificate(file, side.certificateSetting, &ofName).findings
    }
    link.floor = floor(
      ComponentDefaults.setting("tls-min-version", of: run),
      ComponentDefaults.setting("tls-cipher-suites", of: run), of: "kube-apiserver")
    link.serverVerified = serverOfClients(side, &link)
    link.clientAuthenticated = authentication(of: side)
    add(finished(link, [side.certificate, side.clientCA] + side.named))
  }

  /// The node's own names that its API server's certificate is not for (Kubernetes: PKI certificates
  /// and requirements).
  private func missingNames(of side: APIServerSide) -> [Finding] {
    // What a component makes for itself is another finding.
    guard side.certificateSetting.isSet, let file = side.certificate, let leaf = file.leaf else {
      return []
    }
    return node.names.filter { !leaf.isFor(host: $0.text) }.map { name in
      Finding(
        TransportRules.namesMissing,
        "\(leaf.subject.text), API server, is not for \(name.text), the node's name in "
          + name.place.file, file: file.place.file)
    }
  }

  /// Whom clients trust stands in their kubeconfigs.
  private func serverOfClients(_ side: APIServerSide, _ link: inout Link) -> LinkCell {
    let evidence = [LinkEvidence(side.certificateSetting)]
    guard side.certificateSetting.isSet else {
      return LinkCell(
        .bad, "self-signed", evidence,
        findings: [
          finding(
            TransportRules.selfSigned, "kube-apiserver has no --tls-cert-file",
            side.run.place)
        ])
    }
    guard side.certificate?.leaf != nil else {
      return .unknown("the certificate is not at hand", evidence)
    }
    for other in [node] + cluster {
      for entry in other.kubeconfigs {
        guard let material = entry.kubeconfig.current.cluster?.certificateAuthority else {
          continue
        }
        let authority = CertificateFile.read(material, in: folder(of: entry.path), of: other.root)
        return verified(
          by: authority, side.certificate, names: [],
          evidence + [LinkEvidence("certificate-authority of a client", at: material.place)],
          &link)
      }
    }
    return .unknown("whom clients trust is not known: no kubeconfig is at hand", evidence)
  }

  private func authentication(of side: APIServerSide) -> LinkCell {
    let run = side.run
    let anonymous = anonymousSetting(of: run)
    let mode = ComponentDefaults.setting("authorization-mode", of: run)
    var cell = LinkCell(
      .good, "by \(side.clientCA?.names ?? "tokens")",
      [LinkEvidence(side.clientCASetting), LinkEvidence(anonymous)])
    if let problem = side.clientCA?.problem {
      cell.state = .unknown
      cell.text = "unknown"
      cell.evidence.append(LinkEvidence("\(side.clientCA?.label ?? ""): \(problem)", at: nil))
    }
    if !side.clientCASetting.isSet {
      cell.state = .weak
      cell.findings.append(
        finding(
          CoverageRules.noClientCA, "kube-apiserver has no --client-ca-file",
          side.clientCASetting.place ?? run.place))
    }
    let authorizers = configuration("authorization-config", of: run)
    for (flag, isRead) in [
      ("authorization-config", authorizers != nil),
      ("authentication-config", configuration("authentication-config", of: run) != nil),
    ] where !isRead {
      guard let named = run.flags.last(flag) else { continue }
      if cell.state == .good { cell.state = .unknown }
      cell.text = "unknown"
      cell.evidence.insert(
        LinkEvidence("not at hand: --\(flag)=\(named.value)", at: named.place), at: 0)
    }
    let allowing =
      run.flags.last("authorization-config") == nil
      ? mode.elements.contains("AlwaysAllow") ? mode.place ?? run.place : nil
      : authorizers.flatMap { RequestWebhooks.allowsEverything(in: $0) }
    if let allowing {
      cell.state = .bad
      cell.text = "everything is allowed"
      cell.evidence.append(LinkEvidence(mode))
      cell.findings.append(
        finding(CoverageRules.alwaysAllow, "kube-apiserver allows every request", allowing))
    } else if anonymous.bool ?? true, !isAnonymousUnknown(run, anonymous) {
      cell.findings.append(
        finding(
          CoverageRules.anonymous, "kube-apiserver: \(LinkEvidence(anonymous).text)",
          anonymous.place ?? run.place))
    }
    return cell
  }

  /// `--anonymous-auth`, or what the AuthenticationConfiguration says of it.
  private func anonymousSetting(of run: ComponentRun) -> Setting {
    let flag = ComponentDefaults.setting("anonymous-auth", of: run)
    guard flag.isDefault, let root = configuration("authentication-config", of: run),
      let anonymous = RequestWebhooks.anonymous(in: root)
    else { return flag }
    // Let in for health checks alone, they find nothing.
    let isOpen = anonymous.isOn && anonymous.paths.isEmpty
    let name =
      anonymous.paths.isEmpty
      ? "anonymous.enabled" : "anonymous beyond \(anonymous.paths.joined(separator: ", "))"
    return Setting(isOpen ? "true" : "false", .field(name, anonymous.place))
  }

  /// Whether an AuthenticationConfiguration may say otherwise that is not at hand.
  private func isAnonymousUnknown(_ run: ComponentRun, _ setting: Setting) -> Bool {
    setting.isDefault && run.flags.last("authentication-config") != nil
      && configuration("authentication-config", of: run) == nil
  }

  /// The root of a configuration file that a flag names; nil where none is at hand.
  func configuration(_ flag: String, of run: ComponentRun) -> ConfigNode? {
    guard let named = run.flags.last(flag), let path = run.location(of: named.value).path,
      let snapshot = try? node.root.read(path)
    else { return nil }
    return try? ConfigNode.root(of: snapshot.bytes.bytes, file: node.root.shown(path))
  }

  /// A client that reaches the API server by a kubeconfig.
  ///
  /// - Parameters:
  ///   - folder: The kubeconfig's own, as the client sees it.
  ///   - run: The client; nil for one that sees the node's own files.
  ///   - address: What counts instead of the kubeconfig's server.
  func clientLink(
    _ id: String, _ client: String, _ kubeconfig: Kubeconfig, _ folder: String,
    of run: ComponentRun? = nil, insteadOf address: PlacedText? = nil
  ) -> Link {
    kubeconfigLink(
      id, client, "kube-apiserver", kubeconfig, folder, of: run, insteadOf: address
    ) { endpoint in
      apiServers(at: endpoint).map { side in
        ServerSide(
          certificate: side.certificate, certificateSetting: side.certificateSetting,
          named: side.named, clientCA: side.clientCA, clientCASetting: side.clientCASetting,
          floor: LinkBuilder(side.node, in: cluster, now: judge.now, warning: warning).floor(
            ComponentDefaults.setting("tls-min-version", of: side.run),
            ComponentDefaults.setting("tls-cipher-suites", of: side.run), of: "kube-apiserver"))
      }
    }
  }
}
