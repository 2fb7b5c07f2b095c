internal import ControlPlane
internal import Findings
internal import X509

extension LinkBuilder {
  mutating func addEtcd() {
    if let run = node.run(.apiServer) { addStorage(run) }
    addDatastore()
    guard let etcd = node.etcd else { return }
    if etcd.isIncomplete {
      addUnknownEtcd(etcd)
      return
    }
    // The API server's own link says all of a member that it uses.
    if node.run(.apiServer) == nil { add(clientPort(of: etcd)) }
    add(peers(of: etcd))
    addMetrics(of: etcd)
    for other in node.otherEtcds {
      let name = "etcd in \(other.setting("data-dir").value)"
      add(clientPort(of: other, name: name))
      add(peers(of: other, name: name))
      addMetrics(of: other)
    }
  }

  private mutating func addUnknownEtcd(_ etcd: EtcdSettings) {
    let file = etcd.run.flatMap { EtcdSettings.configurationFile(of: $0) }
    let why =
      file.map { "its configuration file is not at hand: \($0.text)" }
      ?? "variables that set it up are not at hand"
    for (id, client) in [("etcd-clients", "clients"), ("etcd-peer", "etcd")] {
      var link = Link(id, client, "etcd", node: node.root.name)
      let cell = LinkCell.unknown(
        why, file.map { [LinkEvidence("--config-file", at: $0.place)] } ?? [])
      (link.encrypted, link.serverVerified, link.clientAuthenticated) = (cell, cell, cell)
      add(link)
    }
  }

  /// The port for clients, where no API server is at hand that uses it.
  private func clientPort(of etcd: EtcdSettings, name: String = "etcd") -> Link {
    var link = Link("etcd-clients", "clients", name, node: node.root.name)
    let member = (node: node, etcd: etcd)
    link.encrypted = listening("listen-client-urls", etcd, CoverageRules.etcdPlaintext)
    if link.encrypted.state == .good, Self.plainClientURL(of: etcd) != nil {
      link.encrypted = listening("listen-client-http-urls", etcd, CoverageRules.etcdPlaintext)
    }
    link.serverVerified = .unknown("whom clients trust is not at hand")
    link.clientAuthenticated = etcdAuthentication(
      "", member, nil, shown: [], rule: CoverageRules.etcdOpen, &link)
    addCertificate("", member, &link)
    return finished(link, [etcdFile("cert-file", member)])
  }

  private func listening(_ flag: String, _ etcd: EtcdSettings, _ rule: Rule) -> LinkCell {
    let urls = etcd.setting(flag)
    let plain = urls.elements.filter { Endpoint($0).scheme == "http" }
    guard let first = plain.first else { return LinkCell(.good, "yes", [LinkEvidence(urls)]) }
    let place = urls.place ?? etcd.run?.place ?? Place(file: node.root.folder)
    return LinkCell(
      .bad, "no", [LinkEvidence(urls)],
      findings: [finding(rule, "etcd listens on \(first)", place)])
  }

  /// Members are clients and servers of each other, with the same certificate and CA.
  private func peers(of etcd: EtcdSettings, name: String = "etcd") -> Link {
    var link = Link("etcd-peer", name, "\(name) (peer)", node: node.root.name)
    let member = (node: node, etcd: etcd)
    link.encrypted = listening("listen-peer-urls", etcd, CoverageRules.etcdPeerPlaintext)
    let own = etcdFile("peer-cert-file", member)
    let setting = etcd.setting("peer-trusted-ca-file")
    let hosts = etcd.setting("initial-advertise-peer-urls")
    if link.encrypted.state == .bad {
      link.serverVerified = LinkCell(.bad, "no", link.encrypted.evidence)
    } else if setting.isSet {
      let names = hosts.isDefault ? [] : hosts.elements.map { Endpoint($0).host }
      link.serverVerified = verified(
        by: etcdFile("peer-trusted-ca-file", member), own, names: names,
        [LinkEvidence(setting), LinkEvidence(hosts)], &link)
    } else {
      link.serverVerified = LinkCell(.bad, "no", [LinkEvidence(setting)])
    }
    link.clientAuthenticated = etcdAuthentication(
      "peer-", member, own, shown: [LinkEvidence(etcd.setting("peer-cert-file"))],
      rule: CoverageRules.etcdPeerOpen, &link)
    addCertificate("peer-", member, &link)
    let plain = hosts.isDefault ? nil : hosts.elements.first { Endpoint($0).scheme == "http" }
    if let plain, link.encrypted.state == .good {
      link.isBroken = true
      link.encrypted.findings.append(
        finding(
          CoverageRules.brokenLink, "\(link.name): it serves TLS, and the others call \(plain)",
          hosts.place ?? etcd.run?.place ?? Place(file: node.root.folder)))
    }
    let listening = etcd.setting("listen-peer-urls").elements
    if listening.allSatisfy({ Endpoint($0).isLoopback }) { settleAlone(&link) }
    return finished(link, [own])
  }

  /// A member that no other host reaches has no others, and nothing goes over the link.
  private func settleAlone(_ link: inout Link) {
    link.isLocal = true
    func settled(_ cell: LinkCell) -> LinkCell {
      guard cell.state == .bad, !link.isBroken else { return cell }
      return LinkCell(.weak, cell.text, cell.evidence)
    }
    link.encrypted = settled(link.encrypted)
    link.serverVerified = settled(link.serverVerified)
    link.clientAuthenticated = settled(link.clientAuthenticated)
  }

  private mutating func addMetrics(of etcd: EtcdSettings) {
    let urls = etcd.setting("listen-metrics-urls")
    guard urls.isSet else { return }
    var link = Link("etcd-metrics", "monitoring", "etcd (metrics)", node: node.root.name)
    let endpoints = urls.elements.map { Endpoint($0) }
    let isPlain = endpoints.contains { $0.scheme != "https" }
    link.isLocal = endpoints.allSatisfy(\.isLoopback)
    link.encrypted = LinkCell(
      isPlain ? (link.isLocal ? .weak : .bad) : .good, isPlain ? "no" : "yes",
      [LinkEvidence(urls)])
    let asks =
      !isPlain
      && (etcd.setting("trusted-ca-file").isSet || etcd.setting("client-cert-auth").bool ?? false)
    link.clientAuthenticated = LinkCell(
      asks ? .good : link.isLocal || !isPlain ? .weak : .bad, asks ? "as for clients" : "no",
      [LinkEvidence(urls)])
    if isPlain, !link.isLocal {
      link.encrypted.findings.append(
        finding(
          ProbeRules.plainMetrics, "etcd serves its metrics on \(urls.value)",
          urls.place ?? Place(file: node.root.folder)))
    }
    add(link)
  }
}
