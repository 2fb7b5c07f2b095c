internal import Findings
internal import Platform
internal import TLSClient
internal import TransportSecurity
internal import X509

/// A probe's report for programs (docs/json.md).
enum ProbeJSON {
  static func value(_ report: ProbeReport, _ findings: [Finding]) -> JSONValue {
    .object([
      ("target", .string(report.target.description)),
      ("address", .optional(report.address?.description)),
      ("kind", .string(kind(report.kind))), ("error", .optional(error(report.kind))),
      ("role", .string(report.role.rawValue)),
      ("evidence", .array(report.evidence.map { .string($0) })),
      ("versions", .array(report.versions.map(version))),
      ("handshake", report.handshake.map(handshake) ?? .null),
      ("chain", .array(report.chain.map(certificate))), ("verification", verification(report)),
      ("clientCertificate", clientCertificate(report)), ("http", report.http.map(http) ?? .null),
      ("findings", .array(findings.map { FindingsJSON.value($0) })),
    ])
  }

  private static func kind(_ kind: ProbeReport.Kind) -> String {
    switch kind {
    case .unreachable: "unreachable"
    case .tls: "tls"
    case .plainHTTP: "plain-http"
    case .silent: "silent"
    case .notTLS: "not-tls"
    case .closes: "closes"
    case .refuses: "refuses"
    }
  }

  private static func error(_ kind: ProbeReport.Kind) -> String? {
    guard case .unreachable(let error) = kind else { return nil }
    return error.description
  }

  private static func version(_ version: ProbeReport.Version) -> JSONValue {
    .object([
      ("version", .string(version.version.description)),
      ("suites", .array(version.suites.map { .string($0.name) })),
      ("complete", .bool(version.isComplete)),
      ("handshake", version.handshake.map(handshake) ?? .null),
    ])
  }

  private static func handshake(_ report: HandshakeReport) -> JSONValue {
    .object([
      ("outcome", .string(outcome(report.outcome))),
      ("version", .optional(report.version?.description)), ("suite", .optional(report.suite)),
      ("group", .optional(report.group)),
      ("groupBits", report.groupBits > 0 ? .number(report.groupBits) : .null),
      ("signature", .optional(report.signature)), ("alpn", .optional(report.chosenProtocol)),
    ])
  }

  private static func outcome(_ outcome: HandshakeReport.Outcome) -> String {
    switch outcome {
    case .completed: "completed"
    case .alert(let alert): "alert: \(alert)"
    case .closed: "closed"
    case .timedOut: "timed out"
    case .failed(let reason): "failed: \(reason)"
    }
  }

  private static func certificate(_ certificate: Certificate) -> JSONValue {
    .object([
      ("subject", .string(certificate.subject.text)),
      ("issuer", .string(certificate.issuer.text)),
      ("serialNumber", .string(certificate.serialNumber)),
      ("names", .array(certificate.alternativeNames.map { .string("\($0)") })),
      ("notBefore", .number(certificate.notBefore)), ("notAfter", .number(certificate.notAfter)),
      ("key", .optional(certificate.publicKey?.label)),
      ("signature", .string("\(certificate.signatureAlgorithm)")),
      ("sha256", .string(certificate.fingerprint.description)),
    ])
  }

  private static func verification(_ report: ProbeReport) -> JSONValue {
    guard let verdict = report.verdict else { return .null }
    return .object([
      ("trusted", .bool(verdict.isTrusted)),
      (
        "problems",
        .array(
          verdict.problems.map { problem in
            .object([
              ("code", .number(problem.code)), ("depth", .number(problem.depth)),
              ("message", .string(problem.message)),
            ])
          })
      ),
    ])
  }

  private static func clientCertificate(_ report: ProbeReport) -> JSONValue {
    .object([
      ("state", .string(report.clientCertificate.rawValue)),
      (
        "authorities",
        .array((report.handshake?.acceptedAuthorities ?? []).map { .string($0) })
      ), ("given", report.isIdentityAccepted.map { .bool($0) } ?? .null),
    ])
  }

  private static func http(_ answer: HTTPAnswer) -> JSONValue {
    .object([
      ("status", .number(answer.status)), ("server", .optional(answer.server)),
      ("version", .optional(answer.softwareVersion)),
    ])
  }
}
