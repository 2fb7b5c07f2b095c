internal import ControlPlane
internal import CryptoCore
internal import Findings
internal import Platform
internal import X509

extension LinkBuilder {
  mutating func addKubelet() {
    if let kubelet = node.kubelet {
      addReadOnlyPort(of: kubelet)
      add(toKubelet(kubelet))
      addFromKubelet(kubelet)
      addBootstrap(kubelet)
    } else if let run = node.run(.apiServer) {
      // Without the kubelet's own files, the API server's end is all that can be said.
      add(toUnknownKubelet(run))
    }
  }

  private mutating func addReadOnlyPort(of kubelet: KubeletSettings) {
    let port = kubelet.setting("read-only-port")
    guard port.value != "0", !kubelet.isUncertain(port) else { return }
    var link = Link(
      "kubelet-read-only", "clients", "kubelet:\(port.value)", node: node.root.name)
    let place = port.place ?? kubelet.run?.place ?? Place(file: node.root.folder)
    let evidence = [LinkEvidence(port)]
    link.encrypted = LinkCell(
      .bad, "no", evidence,
      findings: [
        finding(
          CoverageRules.kubeletReadOnlyPort, "the kubelet serves port \(port.value) without TLS",
          place)
      ])
    link.serverVerified = LinkCell(.bad, "no", evidence)
    link.clientAuthenticated = LinkCell(.bad, "no", evidence)
    add(link)
  }

  // MARK: API server to kubelet

  private func kubeletClient(_ link: inout Link) -> (run: ComponentRun, builder: LinkBuilder)? {
    if let run = node.run(.apiServer) { return (run, self) }
    for other in cluster {
      guard let run = other.run(.apiServer) else { continue }
      return (run, LinkBuilder(other, in: cluster, now: judge.now, warning: warning))
    }
    return nil
  }

  private func toUnknownKubelet(_ run: ComponentRun) -> Link {
    var link = Link("apiserver-kubelet", "kube-apiserver", "kubelet", node: node.root.name)
    link.encrypted = kubeletEncryption(run)
    link.serverVerified = kubeletServer(nil, (run, self), &link)
    link.clientAuthenticated = .unknown("the kubelet's configuration is not at hand")
    link.floor = .unknown("the kubelet's configuration is not at hand")
    link.certificate = .unknown("the kubelet's certificate is not at hand")
    return link
  }

  private func toKubelet(_ kubelet: KubeletSettings) -> Link {
    var link = Link("apiserver-kubelet", "kube-apiserver", "kubelet", node: node.root.name)
    let client = kubeletClient(&link)
    link.encrypted =
      client.map { kubeletEncryption($0.run) }
      ?? LinkCell(.good, "yes", [LinkEvidence("the kubelet serves TLS alone", at: nil)])
    let own = kubeletCertificate(kubelet)
    link.certificate =
      own.file.map { certificate($0, own.setting, &link) }
      ?? .unknown("its certificate is not at hand", [LinkEvidence(own.setting)])
    if own.isSelfMade {
      link.certificate.findings.append(
        finding(
          TransportRules.selfSigned,
          "the kubelet has neither tlsCertFile nor serverTLSBootstrap",
          own.setting.place ?? kubelet.run?.place ?? Place(file: node.root.folder)))
    }
    link.serverVerified =
      client.map { kubeletServer(own.file, $0, &link) }
      ?? .unknown("no API server is among the files")
    if own.isSelfMade, own.file == nil, link.serverVerified.state == .good {
      link.serverVerified = .unknown(
        "the kubelet makes its certificate itself, and it is not at hand",
        link.serverVerified.evidence + [LinkEvidence(own.setting)])
    }
    link.clientAuthenticated = kubeletAuthentication(kubelet, client, &link)
    let oldest = kubelet.setting("tls-min-version")
    link.floor =
      kubelet.isUncertain(oldest)
      ? .unknown("the kubelet's configuration file is not at hand", [LinkEvidence(oldest)])
      : floor(oldest, kubelet.setting("tls-cipher-suites"), of: "kubelet")
    return finished(link, [own.file])
  }

  private func kubeletEncryption(_ run: ComponentRun) -> LinkCell {
    // Gone since 1.22.
    let https = ComponentDefaults.setting("kubelet-https", of: run)
    guard https.bool == false else {
      return LinkCell(
        .good, "yes", [LinkEvidence("kubelets serve TLS alone", at: nil)])
    }
    return LinkCell(
      .bad, "no", [LinkEvidence(https)],
      findings: [
        finding(
          CoverageRules.kubeletNotVerified, "kube-apiserver has --kubelet-https=false",
          https.place ?? run.place)
      ])
  }

  private func kubeletServer(
    _ server: CertificateFile?, _ client: (run: ComponentRun, builder: LinkBuilder),
    _ link: inout Link
  ) -> LinkCell {
    let authority = ComponentDefaults.setting("kubelet-certificate-authority", of: client.run)
    guard let file = client.builder.file(authority, of: client.run) else {
      // Without a CA it takes any certificate (Kubernetes, pkg/kubelet/client: transportConfig).
      return LinkCell(
        .bad, "no", [LinkEvidence(authority)],
        findings: [
          finding(
            CoverageRules.kubeletNotVerified,
            "kube-apiserver has no --kubelet-certificate-authority", client.run.place)
        ])
    }
    // The name that it looks for is a Node object's, which is not among the files.
    return verified(by: file, server, names: [], [LinkEvidence(authority)], &link)
  }

  /// The kubelet's serving certificate: named, signed by the cluster, or made by itself.
  private func kubeletCertificate(
    _ kubelet: KubeletSettings
  ) -> (file: CertificateFile?, setting: Setting, isSelfMade: Bool) {
    let named = kubelet.setting("tls-cert-file")
    if named.isSet { return (file(named, of: kubelet.run), named, false) }
    let folder = kubelet.run?.flags.last("cert-dir")?.value ?? "/var/lib/kubelet/pki"
    let bootstrap = kubelet.setting("rotate-server-certificates")
    let signed = file("\(folder)/kubelet-server-current.pem", of: kubelet.run)
    if bootstrap.bool ?? false {
      return (signed.isMissing ? nil : signed, bootstrap, false)
    }
    let made = file("\(folder)/kubelet.crt", of: kubelet.run)
    return (made.isMissing ? nil : made, named, !kubelet.isUncertain(named))
  }

  private func kubeletAuthentication(
    _ kubelet: KubeletSettings, _ client: (run: ComponentRun, builder: LinkBuilder)?,
    _ link: inout Link
  ) -> LinkCell {
    let anonymous = kubelet.setting("anonymous-auth")
    let mode = kubelet.setting("authorization-mode")
    let authority = kubelet.setting("client-ca-file")
    let place = kubelet.run?.place ?? Place(file: node.root.folder)
    var evidence = [LinkEvidence(authority), LinkEvidence(anonymous), LinkEvidence(mode)]
    if [anonymous, mode, authority].contains(where: { kubelet.isUncertain($0) }) {
      return .unknown("the kubelet's configuration file is not at hand", evidence)
    }
    var findings: [Finding] = []
    if anonymous.bool ?? true {
      findings.append(
        finding(
          CoverageRules.kubeletAnonymous, "the kubelet: \(evidence[1].text)",
          anonymous.place ?? place))
    }
    if mode.value == "AlwaysAllow" {
      findings.append(
        finding(
          CoverageRules.alwaysAllow, "the kubelet: \(evidence[2].text)", mode.place ?? place))
    }
    guard let authorityFile = file(authority, of: kubelet.run) else {
      findings.append(
        finding(CoverageRules.kubeletNoClientCA, "the kubelet has no clientCAFile", place))
      return LinkCell(.bad, "no", evidence, findings: findings)
    }
    var shown: CertificateFile?
    if let client {
      let setting = ComponentDefaults.setting("kubelet-client-certificate", of: client.run)
      evidence.append(LinkEvidence(setting))
      shown = client.builder.file(setting, of: client.run)
      if shown == nil {
        findings.append(
          finding(
            CoverageRules.kubeletNoClientCertificate,
            "kube-apiserver has no --kubelet-client-certificate", client.run.place))
      }
    }
    var cell = authenticated(by: authorityFile, shown, evidence, &link)
    let isOpen = anonymous.bool ?? true && mode.value == "AlwaysAllow"
    if isOpen || (client != nil && shown == nil) {
      cell.state = .bad
      cell.text = "no"
    } else if anonymous.bool ?? true || mode.value == "AlwaysAllow", cell.state == .good {
      cell.state = .weak
    }
    cell.findings += findings
    return cell
  }

  // MARK: Kubelet to API server

  private mutating func addFromKubelet(_ kubelet: KubeletSettings) {
    let flag = kubelet.run?.flags.last("kubeconfig")
    let path = flag?.value ?? "/etc/kubernetes/kubelet.conf"
    let found =
      node.kubeconfigs.first { $0.path == path }?.kubeconfig ?? kubeconfig(at: path)
    guard let found else {
      var link = Link("kubelet-apiserver", "kubelet", "kube-apiserver", node: node.root.name)
      let cell = LinkCell.unknown(
        "\(node.root.shown(path)) is not at hand",
        flag.map { [LinkEvidence("--kubeconfig=\($0.value)", at: $0.place)] } ?? [])
      (link.encrypted, link.serverVerified, link.clientAuthenticated) = (cell, cell, cell)
      add(link)
      return
    }
    var link = clientLink(
      "kubelet-apiserver", "kubelet", found, folder(of: path), of: kubelet.run)
    let rotation = kubelet.setting("rotate-certificates")
    // k3s and RKE2 renew it themselves.
    let renewsItself = node.rancher != nil || found.current.user?.clientCertificate == nil
    if rotation.bool == false, !renewsItself, !kubelet.isUncertain(rotation) {
      link.clientAuthenticated.findings.append(
        finding(
          CoverageRules.kubeletNoRotation, "the kubelet: \(LinkEvidence(rotation).text)",
          rotation.place ?? kubelet.run?.place ?? found.current.user?.place
            ?? Place(file: node.root.folder)))
    }
    add(link)
  }

  /// The kubeconfig that the kubelet gets its first certificate with, where it still lies about.
  private mutating func addBootstrap(_ kubelet: KubeletSettings) {
    guard let run = kubelet.run, let flag = run.flags.last("bootstrap-kubeconfig"),
      let found = kubeconfig(at: flag.value)
    else { return }
    var link = clientLink(
      "kubelet-bootstrap", "kubelet (bootstrap)", found, folder(of: flag.value), of: run)
    link.encrypted.evidence.insert(
      LinkEvidence("--bootstrap-kubeconfig=\(flag.value)", at: flag.place), at: 0)
    add(link)
  }

  /// A kubeconfig of the node; nil when it is not at hand.
  func kubeconfig(at path: String) -> Kubeconfig? {
    guard let snapshot = try? node.root.read(path) else { return nil }
    return try? Kubeconfig(snapshot.bytes.bytes, file: node.root.shown(path))
  }
}
