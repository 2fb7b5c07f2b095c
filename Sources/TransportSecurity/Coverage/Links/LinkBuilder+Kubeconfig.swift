internal import ControlPlane
internal import Findings
internal import X509

/// What a client meets at a server that it reaches by a kubeconfig.
struct ServerSide {
  let certificate: CertificateFile?
  let certificateSetting: Setting
  /// Those that clients get who ask for another name.
  let named: [CertificateFile]
  let clientCA: CertificateFile?
  let clientCASetting: Setting
  let floor: LinkCell
}

extension LinkBuilder {
  /// A link that a kubeconfig describes.
  ///
  /// - Parameters:
  ///   - folder: The kubeconfig's own, as the client sees it.
  ///   - run: The client; nil for one that sees the node's own files.
  ///   - address: The value of `--master`, which counts instead of the kubeconfig's server.
  ///   - servers: The servers at an endpoint, as far as they are at hand.
  func kubeconfigLink(
    _ id: String, _ client: String, _ server: String, _ kubeconfig: Kubeconfig,
    _ folder: String, of run: ComponentRun? = nil, insteadOf address: PlacedText? = nil,
    servers: (Endpoint) -> [ServerSide]
  ) -> Link {
    var link = Link(id, client, server, node: node.root.name)
    guard let cluster = kubeconfig.current.cluster, let url = address ?? cluster.server else {
      let why = "\(kubeconfig.file): no current context with a cluster and its server"
      link.encrypted = .unknown(why)
      link.serverVerified = .unknown(why)
      link.clientAuthenticated = .unknown(why)
      return link
    }
    let endpoint = Endpoint(url.text)
    let sides = servers(endpoint)
    let evidence = LinkEvidence(
      address == nil ? "server: \(url.text)" : "--master=\(url.text)", at: url.place)
    let isPlain = endpoint.scheme == "http" || (endpoint.scheme.isEmpty && !wantsTLS(kubeconfig))
    link.encrypted = LinkCell(
      isPlain ? .bad : .good, isPlain ? "no" : "yes", [evidence],
      findings: isPlain
        ? [finding(TransportRules.plainHTTP, "\(client): \(url.text)", url.place)] : [])
    let user = kubeconfig.current.user
    let clientFile = user?.clientCertificate.map { file($0, in: folder, of: run) }
    let authority = cluster.certificateAuthority.map { file($0, in: folder, of: run) }
    link.serverVerified = serverCell(cluster, endpoint, sides, client, authority, isPlain, &link)
    link.clientAuthenticated = clientCell(user, clientFile, sides, isPlain, &link)
    if let side = sides.first {
      link.certificate = certificate(side.certificate, side.certificateSetting, &link)
      link.floor = side.floor
      // The row of the server itself says what to do about these.
      link.floor.findings = []
    } else {
      link.certificate = .unknown("the server is not among the files")
    }
    return finished(link, [clientFile])
  }

  /// Without a scheme, clients take https when anything of TLS is set, and http else.
  private func wantsTLS(_ kubeconfig: Kubeconfig) -> Bool {
    let (cluster, user) = kubeconfig.current
    return cluster?.certificateAuthority != nil || cluster?.insecureSkipVerify != nil
      || user?.clientCertificate != nil
  }

  private func serverCell(
    _ cluster: Kubeconfig.Cluster, _ endpoint: Endpoint, _ sides: [ServerSide],
    _ client: String, _ authority: CertificateFile?, _ isPlain: Bool, _ link: inout Link
  ) -> LinkCell {
    if isPlain { return LinkCell(.bad, "no", []) }
    if let place = cluster.insecureSkipVerify {
      return LinkCell(
        .bad, "no", [LinkEvidence("insecure-skip-tls-verify: true", at: place)],
        findings: [
          finding(
            TransportRules.skipVerify, "\(client) does not verify the server", place)
        ])
    }
    guard let material = cluster.certificateAuthority, let authority else {
      return .unknown(
        "the CAs of the system count: no certificate-authority",
        [LinkEvidence("cluster \(cluster.name)", at: cluster.place)])
    }
    let evidence = [
      LinkEvidence(
        material.path.map { "certificate-authority: \($0)" }
          ?? "certificate-authority-data", at: material.place)
    ]
    let name = cluster.serverName?.text ?? endpoint.host
    guard !sides.isEmpty else {
      return verified(by: authority, nil, names: [name], evidence, &link)
    }
    var cell = LinkCell.none
    for side in sides {
      let shown = side.named.first { isFor(name, $0) } ?? side.certificate
      cell = verified(by: authority, shown, names: [name], evidence, &link)
      if cell.state != .good { return cell }
    }
    return cell
  }

  private func isFor(_ name: String, _ file: CertificateFile) -> Bool {
    file.leaf?.isFor(host: name) ?? false
  }

  private func clientCell(
    _ user: Kubeconfig.User?, _ client: CertificateFile?, _ sides: [ServerSide],
    _ isPlain: Bool, _ link: inout Link
  ) -> LinkCell {
    guard let user else { return .unknown("no user in the current context") }
    if let material = user.clientCertificate, let client {
      let evidence = [
        LinkEvidence(
          material.path.map { "client-certificate: \($0)" }
            ?? "client-certificate-data", at: material.place)
      ]
      link.note(client)
      if isPlain { return LinkCell(.bad, "no", evidence) }
      guard let side = sides.first else {
        return LinkCell(
          .unknown, "certificate",
          evidence + [LinkEvidence("whom the server trusts is not at hand", at: nil)])
      }
      guard let clientCA = side.clientCA else {
        // The server does not look at it: the client is nobody.
        link.isBroken = true
        return LinkCell(.bad, "no", evidence + [LinkEvidence(side.clientCASetting)])
      }
      return authenticated(
        by: clientCA, client, evidence + [LinkEvidence(side.clientCASetting)], &link)
    }
    let other = user.token ?? user.tokenFile?.place ?? user.exec?.place ?? user.password
    guard let other else {
      // Who it is has to be told by something else, or it is anonymous.
      return LinkCell(
        isPlain ? .bad : .weak, "no",
        [LinkEvidence("user \(user.name) has no credentials", at: user.place)])
    }
    let what =
      user.exec.map { "by \($0.text)" } ?? (user.password == other ? "by a password" : "by a token")
    return LinkCell(isPlain ? .bad : .good, what, [LinkEvidence(what, at: other)])
  }
}
