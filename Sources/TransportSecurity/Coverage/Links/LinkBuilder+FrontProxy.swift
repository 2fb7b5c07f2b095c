internal import ControlPlane
internal import Findings
internal import X509

extension LinkBuilder {
  /// The API server in front of extension API servers: it hands the user's name on in headers, which
  /// they believe from whoever has a certificate of the front proxy's CA.
  mutating func addFrontProxy() {
    guard let run = node.run(.apiServer) else { return }
    let authority = ComponentDefaults.setting("requestheader-client-ca-file", of: run)
    let names = ComponentDefaults.setting("requestheader-allowed-names", of: run)
    let shown = ComponentDefaults.setting("proxy-client-cert-file", of: run)
    guard authority.isSet || shown.isSet else { return }
    var link = Link(
      "apiserver-front-proxy", "kube-apiserver", "extension API servers", node: node.root.name)
    link.encrypted = LinkCell(
      .good, "yes", [LinkEvidence("they are called by https alone", at: nil)])
    link.serverVerified = .unknown("the APIServices say whom it trusts (--objects)")
    link.certificate = .unknown("their certificates are not among the files")
    link.clientAuthenticated = frontProxy(run, authority, names, shown, &link)
    add(finished(link, [file(shown, of: run), file(authority, of: run)]))
  }

  private func frontProxy(
    _ run: ComponentRun, _ authority: Setting, _ names: Setting, _ shown: Setting,
    _ link: inout Link
  ) -> LinkCell {
    let evidence = [LinkEvidence(authority), LinkEvidence(names), LinkEvidence(shown)]
    func broken(_ cell: LinkCell, _ flag: String) -> LinkCell {
      link.isBroken = true
      var cell = cell
      (cell.state, cell.text) = (.bad, "no")
      cell.findings.append(
        finding(
          CoverageRules.brokenLink, "\(link.name): kube-apiserver has no --\(flag)", run.place))
      return cell
    }
    guard let authorityFile = file(authority, of: run) else {
      return broken(LinkCell(.bad, "no", evidence), "requestheader-client-ca-file")
    }
    let client = file(shown, of: run)
    var cell = authenticated(by: authorityFile, client, evidence, &link)
    let allowed = names.elements.filter { !$0.isEmpty }
    let place = names.place ?? authority.place ?? run.place
    if allowed.isEmpty {
      if cell.state == .good { cell.state = .weak }
      cell.findings.append(
        finding(CoverageRules.frontProxyNames, "--requestheader-allowed-names is empty", place))
    } else if let name = client?.leaf?.subject.commonName, !allowed.contains(name) {
      link.isBroken = true
      cell.state = .bad
      cell.findings.append(
        finding(
          CoverageRules.brokenLink,
          "\(link.name): '\(name)' is none of --requestheader-allowed-names", place))
    }
    if client == nil { return broken(cell, "proxy-client-cert-file") }
    let clients = file(ComponentDefaults.setting("client-ca-file", of: run), of: run)
    let keys = Set(authorityFile.certificates.map(\.keyFingerprint))
    if let clients, clients.certificates.contains(where: { keys.contains($0.keyFingerprint) }) {
      if cell.state == .good { cell.state = .weak }
      cell.findings.append(
        finding(
          TransportRules.frontProxyAuthorityShared,
          "\(authorityFile.label) has the key of \(clients.label) (--client-ca-file)",
          authority.place ?? run.place))
    }
    return cell
  }
}
