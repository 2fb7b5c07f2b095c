internal import Platform
internal import TLSClient
internal import X509

/// What whole handshakes show: the chain, whether a client needs a certificate, what HTTP says.
enum HandshakeSurvey {
  static func run(_ port: OpenPort, host: String, _ report: inout ProbeReport) {
    let ask = { (connection: borrowing TLSConnection) in
      connection.report.chosenProtocol == "h2" ? nil : exchange(connection, port, host: host)
    }
    guard
      let first = port.shakeHands(settings(port, protocols: ["h2", "http/1.1"]), use: ask)
    else { return }
    report.handshake = first.report
    var use = first.use
    if first.report.outcome == .completed, use == nil {
      let second = port.shakeHands(settings(port, protocols: ["http/1.1"]), use: ask)
      use = second?.use
      if use == nil, first.report.asksForClientCertificate {
        use = port.shakeHands(settings(port, protocols: ["h2"])) { greet($0, port) }?.use
      }
    }
    report.http = use.flatMap { HTTPAnswer($0.answer) }
    report.clientCertificate = clientCertificate(first.report, use)
    readChain(first.report, &report)
    confirm(port, &report)
    let isNewEnough = report.versions.contains { $0.version >= .tls12 }
    if let identity = port.settings.identity, report.clientCertificate != .notAsked, isNewEnough {
      present(identity, port, host: host, &report)
    }
  }

  private static func settings(_ port: OpenPort, protocols: [String]) -> HandshakeSettings {
    HandshakeSettings(serverName: port.name, protocols: protocols)
  }

  private static func exchange(
    _ connection: borrowing TLSConnection, _ port: OpenPort, host: String
  ) -> OpenPort.Use {
    connection.exchange(
      HTTPAnswer.request(host: host), limit: HTTPAnswer.maximumByteCount, deadline: port.deadline,
      isEnough: HTTPAnswer.isEnough)
  }

  /// Of a server of HTTP/2 alone, its first frame (RFC 9113, section 3.4): with TLS 1.3, whether it
  /// goes on without a certificate shows only then.
  private static func greet(
    _ connection: borrowing TLSConnection, _ port: OpenPort
  ) -> OpenPort.Use {
    let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
    return connection.exchange(preface, limit: 9, deadline: port.deadline) { $0.count >= 9 }
  }

  private static func clientCertificate(
    _ handshake: HandshakeReport, _ use: OpenPort.Use?
  ) -> ProbeReport.ClientCertificate {
    guard handshake.asksForClientCertificate else { return .notAsked }
    if case .alert(let alert) = handshake.outcome, alert.isAboutCertificates { return .required }
    guard let use else { return .asked }
    if !use.answer.isEmpty { return .optional }
    if case .alert(let alert) = use.outcome, alert.isAboutCertificates { return .required }
    return .asked
  }

  private static func readChain(_ handshake: HandshakeReport, _ report: inout ProbeReport) {
    for der in handshake.chain {
      do throws(X509Error) {
        report.chain.append(try Certificate(der: der.span))
      } catch {
        report.hasUnreadableCertificates = true
      }
    }
  }

  /// A whole handshake in each version: that it was picked out of a hello is not yet that it works.
  private static func confirm(_ port: OpenPort, _ report: inout ProbeReport) {
    for index in report.versions.indices where report.versions[index].version != .ssl3 {
      let version = report.versions[index].version
      if report.handshake?.version == version {
        report.versions[index].handshake = report.handshake
        continue
      }
      guard !port.end.isOver else { return }
      let settings = HandshakeSettings(oldest: version, newest: version, serverName: port.name)
      report.versions[index].handshake = port.shakeHands(settings)?.report
      // A server that the library cannot do the newest version with may show its chain in another.
      if report.chain.isEmpty, let handshake = report.versions[index].handshake {
        readChain(handshake, &report)
      }
    }
  }

  /// Whether the server goes on with the client's certificate.
  private static func present(
    _ identity: ClientIdentity, _ port: OpenPort, host: String, _ report: inout ProbeReport
  ) {
    func settings(_ protocols: [String]) -> HandshakeSettings {
      .showingCertificate(serverName: port.name, protocols: protocols)
    }
    var shown = port.shakeHands(settings(["http/1.1"]), identity: identity) {
      exchange($0, port, host: host)
    }
    if shown?.report.outcome == .alert(.noApplicationProtocol) {
      shown = port.shakeHands(settings(["h2"]), identity: identity) { greet($0, port) }
    }
    guard let shown else { return }
    let answer = shown.use?.answer ?? []
    switch shown.use?.outcome ?? shown.report.outcome {
    case _ where !answer.isEmpty: report.isIdentityAccepted = true
    case .alert(let alert) where alert.isAboutCertificates: report.isIdentityAccepted = false
    // What the library itself would not do, or what was cut off, tells nothing of the certificate.
    case .completed, .alert, .closed, .timedOut, .failed: break
    }
    if let answer = HTTPAnswer(answer) { report.http = answer }
  }
}
