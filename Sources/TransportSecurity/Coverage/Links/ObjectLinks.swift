internal import ControlPlane
internal import Findings
internal import X509

/// Rows of the cluster's objects: webhooks, aggregated APIs, Ingresses.
struct ObjectLinks {
  private(set) var links: [Link] = []
  private let judge: PeerJudge

  /// What such rows have instead of a node.
  static let node = "objects"

  private let warning: Int

  /// - Parameter warning: How long before its end a certificate is told of, in seconds.
  init(_ objects: [ConfigNode], now: Int, warning: Int) {
    judge = PeerJudge(now: now)
    self.warning = warning
    for object in objects {
      for webhook in ServedWebhook.all(in: object) { links.append(link(webhook)) }
      for ingress in IngressBackend.all(in: object) { add(ingress) }
    }
  }

  private func finding(_ rule: Rule, _ message: String, _ place: Place) -> Finding {
    Finding(rule, message, file: place.file, line: place.line, column: place.column)
  }

  private func link(_ webhook: ServedWebhook) -> Link {
    var link = Link(
      "apiserver-\(webhook.kind.rawValue)", "kube-apiserver", webhook.name, node: Self.node)
    let evidence = [LinkEvidence("url: \(webhook.url.text)", at: webhook.url.place)]
    let isPlain = Endpoint(webhook.url.text).scheme != "https"
    link.encrypted = LinkCell(
      isPlain ? .bad : .good, isPlain ? "no" : "yes", evidence,
      findings: isPlain
        ? [
          finding(
            TransportRules.webhookUnverified, "\(webhook.name) is called at \(webhook.url.text)",
            webhook.url.place)
        ] : [])
    if let place = webhook.insecureSkipVerify {
      link.serverVerified = LinkCell(
        .bad, "no", [LinkEvidence("insecureSkipTLSVerify: true", at: place)],
        findings: [
          finding(
            TransportRules.webhookUnverified, "\(webhook.name) has insecureSkipTLSVerify", place)
        ])
    } else if isPlain {
      link.serverVerified = LinkCell(.bad, "no", evidence)
    } else if let bundle = webhook.bundle {
      let file = CertificateFile.read(bundle: bundle)
      link.note(authority: file)
      let shown = [LinkEvidence("caBundle", at: bundle.place)]
      if let problem = file.problem {
        link.isBroken = true
        link.serverVerified = LinkCell(
          .bad, problem, shown,
          findings: [
            finding(CoverageRules.brokenLink, "\(webhook.name): caBundle: \(problem)", bundle.place)
          ])
      } else if file.certificates.allSatisfy({ $0.notAfter < judge.now }) {
        link.isBroken = true
        link.serverVerified = LinkCell(
          .bad, "expired", shown,
          findings: [
            finding(
              TransportRules.expired, "\(webhook.name): its caBundle is over", bundle.place)
          ])
      } else {
        link.serverVerified = LinkCell(.good, "by \(file.names)", shown)
        // Of several authorities the last one counts.
        if let end = link.expiry, end - judge.now < warning {
          let days = (end - judge.now) / 86_400
          link.serverVerified.findings.append(
            finding(
              TransportRules.expiresSoon, "\(webhook.name): its caBundle ends in \(days) days",
              bundle.place))
        }
      }
    } else if let name = webhook.serviceName {
      link.serverVerified = .unknown(
        "no caBundle, and no public CA signs for \(name)",
        [LinkEvidence("no caBundle", at: webhook.place)])
    } else {
      link.serverVerified = LinkCell(
        .good, "by the CAs of the image", [LinkEvidence("no caBundle", at: webhook.place)])
    }
    link.clientAuthenticated = .unknown("the server's own configuration is not at hand")
    link.floor = .unknown("the server's own configuration is not at hand")
    link.certificate = .unknown("the server's certificate is not at hand")
    return link
  }

  private mutating func add(_ ingress: IngressBackend) {
    var front = Link("client-ingress", "clients", "Ingress \(ingress.name)", node: Self.node)
    let missing = ingress.hosts.filter { host in
      guard let tls = ingress.tls else { return true }
      return !tls.hosts.isEmpty && !tls.hosts.contains { Self.covers($0, host) }
    }
    if let tls = ingress.tls, missing.isEmpty {
      front.encrypted = LinkCell(
        .good, "yes", [LinkEvidence("tls: \(tls.secrets.joined(separator: ", "))", at: tls.place)])
      front.serverVerified = .unknown("the certificate is in a Secret of the cluster")
      if let plain = ingress.plainBeside {
        front.encrypted = LinkCell(
          .bad, "no", [LinkEvidence("ssl-redirect: false", at: plain.place)],
          findings: [
            finding(
              CoverageRules.ingressPlaintext,
              "Ingress \(ingress.name) is served without TLS as well (ssl-redirect)", plain.place)
          ])
      }
    } else {
      let which = missing.isEmpty ? "" : " for \(missing.joined(separator: ", "))"
      front.encrypted = LinkCell(
        .bad, "no", [LinkEvidence("no tls\(which)", at: ingress.place)],
        findings: [
          finding(
            CoverageRules.ingressPlaintext, "Ingress \(ingress.name) has no tls\(which)",
            ingress.place)
        ])
      front.serverVerified = LinkCell(.bad, "no", [])
    }
    links.append(front)
    links.append(backend(of: ingress))
  }

  private func backend(of ingress: IngressBackend) -> Link {
    var link = Link(
      "ingress-backend", "Ingress \(ingress.name)", "backends", node: Self.node)
    let wanted = ingress.backendProtocol
    let isEncrypted = ["HTTPS", "GRPCS", "TRUE"].contains(wanted?.text.uppercased() ?? "")
    let evidence = [
      wanted.map { LinkEvidence("protocol: \($0.text)", at: $0.place) }
        ?? LinkEvidence("no annotation for the backend's protocol", at: ingress.place)
    ]
    if wanted == nil, !(ingress.className ?? "").contains("nginx") {
      // Others take it from the Service, or from objects of their own.
      let why = "its controller may be told of TLS elsewhere"
      link.encrypted = .unknown(why, evidence)
      link.serverVerified = .unknown(why)
      return link
    }
    guard isEncrypted else {
      link.encrypted = LinkCell(
        .bad, "no", evidence,
        findings: [
          finding(
            CoverageRules.backendPlaintext, "Ingress \(ingress.name) has backends without TLS",
            wanted?.place ?? ingress.place)
        ])
      link.serverVerified = LinkCell(.bad, "no", evidence)
      return link
    }
    link.encrypted = LinkCell(.good, "yes", evidence)
    let check = ingress.backendVerification
    let isChecked = check.map { $0.text != "off" && $0.text != "false" } ?? false
    link.serverVerified =
      isChecked
      ? LinkCell(
        .good, "yes", check.map { [LinkEvidence("verify: \($0.text)", at: $0.place)] } ?? [])
      // ingress-nginx does not verify backends unless it is told to.
      : LinkCell(
        .weak, "no",
        [
          ingress.unheededVerification.map {
            LinkEvidence("proxy-ssl-verify counts with proxy-ssl-secret alone", at: $0.place)
          } ?? LinkEvidence("no annotation has it verified", at: ingress.place)
        ])
    link.clientAuthenticated =
      ingress.backendSecret.map {
        LinkCell(.good, "by \($0.text)", [LinkEvidence("secret: \($0.text)", at: $0.place)])
      } ?? .none
    return link
  }

  private static func covers(_ pattern: String, _ host: String) -> Bool {
    if pattern == host { return true }
    guard pattern.hasPrefix("*.") else { return false }
    let rest = host.drop { $0 != "." }
    return !rest.isEmpty && rest == pattern.dropFirst(1)
  }
}
