internal import ControlPlane
internal import Findings
internal import X509

extension LinkBuilder {
  /// A member, and the node that it is on.
  typealias Member = (node: NodeInventory, etcd: EtcdSettings)

  /// The members that URLs lead to, as far as they are at hand.
  private func members(_ urls: [String]) -> [Member] {
    cluster.compactMap { other in
      guard let etcd = other.etcd, !etcd.isIncomplete else { return nil }
      return urls.contains { reaches($0, (other, etcd)) } ? (other, etcd) : nil
    }
  }

  private func reaches(_ url: String, _ member: Member) -> Bool {
    let endpoint = Endpoint(url)
    if endpoint.isLoopback { return member.node.root.folder == node.root.folder }
    let addresses =
      member.etcd.setting("advertise-client-urls").elements
      + member.etcd.setting("listen-client-urls").elements
    return addresses.contains { Endpoint($0).host == endpoint.host }
  }

  mutating func addStorage(_ run: ComponentRun) {
    var link = Link("apiserver-etcd", "kube-apiserver", "etcd", node: node.root.name)
    let servers = ComponentDefaults.setting("etcd-servers", of: run)
    let evidence = [LinkEvidence(servers)]
    let place = servers.place ?? run.place
    guard servers.isSet else {
      let cell = LinkCell.unknown("no --etcd-servers", [])
      (link.encrypted, link.serverVerified, link.clientAuthenticated) = (cell, cell, cell)
      add(link)
      return
    }
    let urls = servers.elements + overrides(of: run)
    if urls.allSatisfy({ Endpoint($0).isSocket }) {
      addSocketStorage(&link, evidence)
      return
    }
    let members = members(urls)
    let plain = urls.filter { url in
      let endpoint = Endpoint(url)
      return endpoint.scheme != "https" && !endpoint.isSocket
    }
    guard plain.isEmpty else {
      link.encrypted = LinkCell(
        .bad, "no", evidence,
        findings: [
          finding(
            CoverageRules.etcdPlaintext, "kube-apiserver talks to \(plain.joined(separator: ", "))",
            place)
        ])
      link.serverVerified = LinkCell(.bad, "no", evidence)
      link.clientAuthenticated = etcdClients(members, nil, run, &link)
      add(link)
      return
    }
    link.encrypted = LinkCell(.good, "yes", evidence)
    for member in members {
      guard let (listening, first) = Self.plainClientURL(of: member.etcd) else { continue }
      // An address without TLS takes everybody, whatever the others ask for.
      let own = member.etcd.setting("listen-client-urls").elements
      if own.allSatisfy({ Endpoint($0).scheme == "http" }) { link.isBroken = true }
      link.encrypted = LinkCell(
        .bad, "no", evidence + [LinkEvidence(listening)],
        findings: [
          finding(
            CoverageRules.etcdPlaintext, "etcd listens on \(first)",
            listening.place ?? member.etcd.run?.place ?? place)
        ])
    }
    let client = ComponentDefaults.setting("etcd-certfile", of: run)
    let clientFile = file(client, of: run)
    link.serverVerified = etcdServer(members, urls, run, &link)
    link.clientAuthenticated = etcdClients(members, clientFile, run, &link)
    addEtcdCertificate(members, &link)
    noteUnreached(urls.filter { url in !members.contains { reaches(url, $0) } }, &link)
    add(finished(link, [clientFile] + members.map { etcdFile("cert-file", $0) }))
  }

  /// An address of a member that clients are served on without TLS, and what sets it.
  static func plainClientURL(of etcd: EtcdSettings) -> (setting: Setting, url: String)? {
    for flag in ["listen-client-urls", "listen-client-http-urls"] {
      let setting = etcd.setting(flag)
      let plain = setting.elements.first { Endpoint($0).scheme == "http" }
      if let plain { return (setting, plain) }
    }
    return nil
  }

  /// Of members that are not at hand nobody knows whom they let in.
  private func noteUnreached(_ urls: [String], _ link: inout Link) {
    guard let first = urls.first, link.clientAuthenticated.state == .good else { return }
    link.clientAuthenticated.state = .unknown
    link.clientAuthenticated.text = "unknown"
    link.clientAuthenticated.evidence.insert(
      LinkEvidence("no etcd at \(Endpoint(first).host) is among the files", at: nil), at: 0)
  }

  /// Members for single resources: `/events#https://a;https://b`.
  private func overrides(of run: ComponentRun) -> [String] {
    run.flags.list("etcd-servers-overrides").flatMap { element in
      (element.text.split(separator: "#").last ?? "").split(separator: ";").map(String.init)
    }
  }

  private mutating func addSocketStorage(_ link: inout Link, _ evidence: [LinkEvidence]) {
    link.isLocal = true
    link.encrypted = LinkCell(.none, "socket", evidence)
    add(link)
  }

  private func etcdServer(
    _ members: [Member], _ urls: [String],
    _ run: ComponentRun, _ link: inout Link
  ) -> LinkCell {
    let authority = ComponentDefaults.setting("etcd-cafile", of: run)
    guard let authorityFile = file(authority, of: run) else {
      return LinkCell(
        .weak, "by the CAs of the image", [LinkEvidence(authority)],
        findings: [
          finding(
            CoverageRules.etcdNotVerified, "kube-apiserver has no --etcd-cafile", run.place)
        ])
    }
    guard !members.isEmpty else {
      return verified(by: authorityFile, nil, names: [], [LinkEvidence(authority)], &link)
    }
    var cell = LinkCell.none
    for member in members {
      // kube-apiserver looks for the name that it connects to.
      let names = urls.filter { reaches($0, member) }.map { Endpoint($0).host }
      cell = verified(
        by: authorityFile, etcdFile("cert-file", member), names: names,
        [LinkEvidence(authority)], &link)
      if cell.state != .good { return cell }
    }
    return cell
  }

  private func etcdClients(
    _ members: [Member], _ client: CertificateFile?,
    _ run: ComponentRun, _ link: inout Link
  ) -> LinkCell {
    let shown = ComponentDefaults.setting("etcd-certfile", of: run)
    var cell: LinkCell?
    for member in members {
      let found = etcdAuthentication(
        "", member, client, shown: [LinkEvidence(shown)], rule: CoverageRules.etcdOpen, &link)
      if cell == nil || found.state != .good { cell = found }
    }
    var result =
      cell
      ?? LinkCell.unknown(
        "whether etcd asks for a certificate is not at hand", [LinkEvidence(shown)])
    if !shown.isSet {
      result.findings.append(
        finding(
          CoverageRules.etcdNoClientCertificate, "kube-apiserver has no --etcd-certfile",
          run.place))
      if result.state == .good {
        result.state = .bad
        link.isBroken = true
      }
    }
    return result
  }

  /// Whether a member asks for certificates, and who signs them.
  ///
  /// A trusted CA is enough: etcd then asks for certificates whatever `--client-cert-auth` says
  /// (etcd, client/pkg/transport: ServerConfig).
  func etcdAuthentication(
    _ prefix: String, _ member: Member,
    _ client: CertificateFile?, shown: [LinkEvidence], rule: Rule, _ link: inout Link
  ) -> LinkCell {
    let wants = member.etcd.setting("\(prefix)client-cert-auth")
    let authority = member.etcd.setting("\(prefix)trusted-ca-file")
    let evidence = [LinkEvidence(authority), LinkEvidence(wants)]
    guard authority.isSet || wants.bool ?? false else {
      let place = wants.place ?? member.etcd.run?.place ?? Place(file: node.root.folder)
      return LinkCell(
        .bad, "no", evidence,
        findings: [
          finding(
            rule,
            "neither --\(prefix)client-cert-auth nor --\(prefix)trusted-ca-file is set", place)
        ])
    }
    guard authority.isSet else {
      return LinkCell(.weak, "by the CAs of the image", evidence)
    }
    let authorityFile = etcdFile("\(prefix)trusted-ca-file", member)
    var cell = authenticated(by: authorityFile, client, evidence + shown, &link)
    if prefix.isEmpty { addSharedCA(member, authorityFile, authority, &cell) }
    return cell
  }

  /// Whether the CA that etcd trusts has the key of one that signs for others.
  private func addSharedCA(
    _ member: Member, _ authority: CertificateFile,
    _ setting: Setting, _ cell: inout LinkCell
  ) {
    guard let run = member.node.run(.apiServer) ?? node.run(.apiServer) else { return }
    let keys = Set(authority.certificates.map(\.keyFingerprint))
    for flag in ["client-ca-file", "requestheader-client-ca-file"] {
      guard let other = file(ComponentDefaults.setting(flag, of: run), of: run) else { continue }
      guard other.certificates.contains(where: { keys.contains($0.keyFingerprint) }) else {
        continue
      }
      if cell.state == .good { cell.state = .weak }
      cell.findings.append(
        finding(
          TransportRules.etcdAuthorityShared,
          "\(authority.label) has the key of \(other.label) (--\(flag))",
          setting.place ?? authority.place))
    }
  }

  func etcdFile(
    _ flag: String, _ member: Member
  ) -> CertificateFile {
    let builder = LinkBuilder(member.node, in: cluster, now: judge.now, warning: warning)
    let setting = member.etcd.setting(flag)
    guard setting.isSet else {
      return CertificateFile(
        problem: "no --\(flag)", isMissing: true, at: Place(file: "etcd"))
    }
    return builder.file(setting.value, of: member.etcd.run)
  }

  private func addEtcdCertificate(
    _ members: [Member], _ link: inout Link
  ) {
    guard let member = members.first else {
      link.certificate = .unknown("etcd is not among the files")
      link.floor = .unknown("etcd is not among the files")
      return
    }
    addCertificate("", member, &link)
  }

  func addCertificate(
    _ prefix: String, _ member: Member, _ link: inout Link
  ) {
    let etcd = member.etcd
    let setting = etcd.setting("\(prefix)cert-file")
    link.floor = etcdFloor(etcd)
    guard !setting.isSet else {
      link.certificate = certificate(
        etcdFile("\(prefix)cert-file", member), setting, &link)
      return
    }
    let auto = etcd.setting("\(prefix)auto-tls")
    guard auto.bool ?? false else {
      link.certificate = LinkCell(.bad, "none", [LinkEvidence(setting)])
      let listening = etcd.setting(prefix.isEmpty ? "listen-client-urls" : "listen-peer-urls")
      if let url = listening.elements.first(where: { Endpoint($0).scheme == "https" }) {
        link.isBroken = true
        link.certificate.findings.append(
          finding(
            CoverageRules.refusedFlags, "etcd listens on \(url) without --\(prefix)cert-file",
            listening.place ?? etcd.run?.place ?? Place(file: node.root.folder)))
      }
      return
    }
    link.serverVerified = LinkCell(.bad, "no", [LinkEvidence(auto)])
    link.certificate = LinkCell(
      .bad, "self-signed", [LinkEvidence(auto)],
      findings: [
        finding(
          CoverageRules.etcdAutoTLS, "--\(prefix)auto-tls is on",
          auto.place ?? Place(file: node.root.folder))
      ])
  }

  private func etcdFloor(_ etcd: EtcdSettings) -> LinkCell {
    let version = etcd.setting("tls-min-version")
    let suites = etcd.setting("cipher-suites")
    return floor(
      TLSFloor(etcd: version.value, suites: suites.elements), version, suites, "etcd",
      isKubernetes: false)
  }
}
