public import Findings
internal import Platform
internal import TLSClient
internal import X509

extension ProbeReport {
  /// What is bad about the port, judged by its role.
  ///
  /// - Parameters:
  ///   - settings: how it was probed.
  ///   - now: the time, in seconds since 1970.
  public func findings(_ settings: ProbeSettings, now: Int) -> [Finding] {
    switch kind {
    case .unreachable: []
    case .tls:
      protocolFindings() + certificateFindings(settings, now: now) + clientFindings()
    case .plainHTTP: [plainFinding()]
    case .silent(let count):
      [
        finding(
          ProbeRules.silent,
          count == 0
            ? "no answer to a handshake within \(settings.timeout.seconds)"
            : "\(count) bytes came within \(settings.timeout.seconds), and no whole answer")
      ]
    case .notTLS(let bytes):
      [finding(ProbeRules.notTLS, "its answer begins with \(ProbeReport.quoted(bytes))")]
    case .closes: [finding(ProbeRules.noHandshake, "it ends every connection without a word")]
    case .refuses(let alert):
      [finding(ProbeRules.noHandshake, "it refuses all that it is offered: '\(alert)'")]
    }
  }

  private func finding(_ rule: Rule, _ message: String) -> Finding {
    Finding(rule, message, file: target.description)
  }

  private func protocolFindings() -> [Finding] {
    var findings: [Finding] = []
    for version in versions where version.version < .tls12 {
      let proof =
        version.handshake?.outcome == .completed
        ? ", a whole handshake with \(version.handshake?.suite ?? "it")"
        : ", \(version.suites.first?.name ?? "a suite") was picked"
      findings.append(
        finding(ProbeRules.oldProtocol, "\(version.version) is accepted\(proof)"))
    }
    if !versions.contains(where: { $0.version == .tls13 }), let newest = versions.first {
      findings.append(finding(ProbeRules.noTLS13, "\(newest.version) is its newest"))
    }
    func list(_ rule: Rule, _ isMeant: (CipherSuite) -> Bool) {
      for version in versions {
        let suites = version.suites.filter(isMeant)
        guard !suites.isEmpty else { continue }
        let names = suites.map(\.name).joined(separator: ", ")
        findings.append(finding(rule, "\(version.version): \(names)"))
      }
    }
    let none: [CipherSuite.Weakness] = [.noEncryption, .noAuthentication]
    list(ProbeRules.noProtection) { suite in none.contains { $0 == suite.weakness } }
    list(ProbeRules.weakSuite) { suite in
      suite.weakness.map { !none.contains($0) } ?? false
    }
    list(ProbeRules.noForwardSecrecy) { $0.weakness == nil && !$0.hasForwardSecrecy }
    for handshake in versions.compactMap(\.handshake)
    where handshake.group == "DH" && (1..<2048).contains(handshake.groupBits) {
      let version = handshake.version.map { "\($0): " } ?? ""
      findings.append(
        finding(ProbeRules.shortKeyExchange, "\(version)\(handshake.groupBits) bits"))
    }
    return findings
  }

  /// A handshake that begins well and comes to nothing, a client's certificate apart.
  private var brokenHandshake: String? {
    guard chain.isEmpty else { return nil }
    let newest = versions.first.map { "\($0.version) was picked" } ?? "it began"
    return switch handshake?.outcome {
    case .closed: "\(newest), and the connection ended"
    case .timedOut: "\(newest), and nothing more came"
    case .failed(let reason): "\(newest), and what came then is no TLS: \(reason)"
    case .completed, .alert, nil: nil
    }
  }

  private func certificateFindings(_ settings: ProbeSettings, now: Int) -> [Finding] {
    var findings: [Finding] = []
    if hasUnreadableCertificates {
      findings.append(finding(TransportRules.unreadable, "of the chain that it sends"))
    }
    if let reason = brokenHandshake { findings.append(finding(ProbeRules.noHandshake, reason)) }
    guard let leaf = chain.first else { return findings }
    let subject = leaf.subject.text
    if leaf.notAfter < now {
      findings.append(
        finding(TransportRules.expired, "'\(subject)' ended on \(CalendarText.date(leaf.notAfter))")
      )
    } else if leaf.notAfter - now < settings.warningSeconds {
      let days = (leaf.notAfter - now) / 86_400
      findings.append(
        finding(
          TransportRules.expiresSoon,
          "'\(subject)' ends on \(CalendarText.date(leaf.notAfter)), in \(days) days"))
    }
    if leaf.notBefore > now {
      findings.append(
        finding(
          TransportRules.notYetValid, "'\(subject)' begins on \(CalendarText.date(leaf.notBefore))")
      )
    }
    for certificate in chain {
      let isSmall = certificate.publicKey.map { key in
        (key.kind == .rsa || key.kind == .dsa) && key.bitCount < 2048
          || key.kind == .ellipticCurve && key.bitCount < 224
      }
      if isSmall ?? false, let key = certificate.publicKey {
        findings.append(
          finding(TransportRules.weakKey, "'\(certificate.subject.text)' has \(key.label)"))
      }
      // Nobody looks at the signature of a root.
      if certificate.signatureAlgorithm.isBroken, !certificate.isSelfSigned {
        findings.append(
          finding(
            TransportRules.weakSignature,
            "'\(certificate.subject.text)' is signed with \(certificate.signatureAlgorithm)"))
      }
    }
    return findings + verdictFindings(settings)
  }

  private func verdictFindings(_ settings: ProbeSettings) -> [Finding] {
    guard let verdict, let leaf = chain.first else { return [] }
    var findings: [Finding] = []
    if verdict.problems.contains(where: \.isWrongName) {
      let names = leaf.alternativeNames.prefix(16).map { "\($0)" }.joined(separator: ", ")
      let wanted = settings.serverName ?? target.host ?? ""
      findings.append(
        finding(
          ProbeRules.wrongHost,
          "'\(wanted)' is not among " + (names.isEmpty ? "its names: it has none" : names)))
    }
    let rest = verdict.problems.filter { problem in
      !problem.isWrongName && !(problem.depth == 0 && (problem.isExpired || problem.isNotYetValid))
    }
    if !rest.isEmpty {
      let words = rest.map { $0.depth == 0 ? $0.message : "\($0.message) (at depth \($0.depth))" }
      var message = words.joined(separator: "; ")
      message += "; issued by '\(leaf.issuer.text)', verified with \(settings.trustName)"
      findings.append(finding(ProbeRules.untrusted, message))
    }
    return findings
  }

  private func clientFindings() -> [Finding] {
    var findings: [Finding] = []
    let isOpen = clientCertificate == .notAsked || clientCertificate == .optional
    if role.isEtcdData {
      if isOpen {
        findings.append(
          finding(
            ProbeRules.noClientCertificate,
            "a client certificate is \(clientCertificate.rawValue)"))
      }
    } else if clientCertificate == .notAsked, role == .kubeAPIServer || role == .kubelet {
      findings.append(
        finding(ProbeRules.certificateNotAsked, "\(role.rawValue) asks for none"))
    }
    // The status without credentials: with the client's certificate it says nothing about others.
    if isIdentityAccepted == nil, let status = http?.status, status != 401 {
      if role == .kubelet {
        findings.append(
          finding(ProbeRules.anonymousKubelet, "a request without credentials got \(status)"))
      } else if role == .kubeAPIServer {
        findings.append(
          finding(ProbeRules.anonymousAPI, "a request without credentials got \(status)"))
      }
    }
    if isIdentityAccepted == false {
      findings.append(finding(ProbeRules.identityRefused, "the handshake fails with it"))
    }
    return findings
  }

  private func plainFinding() -> Finding {
    let status = http.map { ", with status \($0.status)" } ?? ""
    if role == .kubeletReadOnly {
      return finding(ProbeRules.kubeletReadOnly, "it answers\(status)")
    }
    let rule = role.isForMetrics ? ProbeRules.plainMetrics : ProbeRules.plainHTTP
    return finding(rule, "it answers HTTP\(status)")
  }

  /// Bytes of a stranger as text in quotes: what cannot be shown is a dot.
  static func quoted(_ bytes: [UInt8]) -> String {
    let shown = bytes.prefix(32).map { byte in
      (0x20..<0x7f).contains(byte) && byte != UInt8(ascii: "'")
        ? String(Unicode.Scalar(byte)) : "."
    }
    return "'\(shown.joined())'"
  }
}

extension Duration {
  /// `5 s`, `1.5 s`.
  var seconds: String {
    let tenths = (components.seconds * 10) + components.attoseconds / 100_000_000_000_000_000
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
