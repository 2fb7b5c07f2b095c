internal import Findings
internal import TransportSecurity
internal import Workspace
internal import X509

/// What `tls check` says to programs, piece by piece: of many certificates, only those that are being
/// written are in memory.
enum TLSCheckJSON {
  static func write<Failure>(
    _ report: CheckReport, plan: RenewalPlan?, by write: (String) throws(Failure) -> Void
  ) throws {
    var stream = JSONStream()
    func put(_ text: String) throws { try write(SecretKeyText.redacted(text)) }
    try put(stream.field("now", .string(CalendarText.timestamp(report.now))))
    try put(stream.field("files", .array(report.files.map { .string($0) })))
    try put(stream.openList("certificates"))
    for number in 0..<report.rowCount {
      try put(stream.item(certificate(try report.row(number), report.now)))
    }
    try put(stream.closeList())
    try put(stream.field("findings", .array(report.findings.map { FindingsJSON.value($0) })))
    if let plan { try put(stream.field("renewal", .array(plan.steps.map(step)))) }
    try put(stream.end() + "\n")
  }

  private static func certificate(_ row: CertificateRow, _ now: Int) -> JSONValue {
    let certificate = row.certificate
    let left = certificate.notAfter - now
    return .object([
      ("file", .string(row.origin.file)), ("line", row.origin.line.map { .number($0) } ?? .null),
      ("entry", row.origin.entry.map { .number($0) } ?? .null),
      ("field", .optional(row.origin.field)),
      ("copies", .array(row.copies.map { .string($0.label) })),
      ("roles", .array(row.roles.map { .string($0.rawValue) })),
      ("evidence", .string(row.evidence)),
      ("subject", .string(certificate.subject.text)),
      ("issuer", .string(certificate.issuer.text)), ("serial", .string(certificate.serialNumber)),
      ("names", .array(certificate.alternativeNames.map { .string($0.description) })),
      ("notBefore", .string(CalendarText.timestamp(certificate.notBefore))),
      ("notAfter", .string(CalendarText.timestamp(certificate.notAfter))),
      ("secondsLeft", .number(left)), ("key", .optional(certificate.publicKey?.label)),
      ("signature", .string(certificate.signatureAlgorithm.name)),
      ("isAuthority", .bool(certificate.isAuthority)),
      ("isSelfSigned", .bool(certificate.isSelfSigned)),
      ("pathLength", certificate.basicConstraints?.pathLength.map { .number($0) } ?? .null),
      ("keyUsage", .optional(certificate.keyUsage?.description)),
      (
        "extendedKeyUsage",
        certificate.extendedKeyUsage.map { .array($0.map { .string($0.name) }) } ?? .null
      ),
      ("fingerprint", .string(certificate.fingerprint.description)),
      ("keyFingerprint", .string(certificate.keyFingerprint.description)),
      ("keyMatches", row.keyMatches.map { .bool($0) } ?? .null),
      ("chains", .array(row.chains.map(chain))),
    ])
  }

  private static func chain(_ chain: ChainResult) -> JSONValue {
    .object([
      ("purpose", .string("\(chain.purpose)")), ("name", .optional(chain.name)),
      ("trust", .array(chain.trust.map(place))),
      ("intermediates", .array(chain.intermediates.map(place))),
      ("isTrusted", .bool(chain.isTrusted)),
      (
        "problems",
        .array(
          chain.problems.map { problem in
            .object([
              ("code", .number(problem.code)), ("depth", .number(problem.depth)),
              ("message", .string(problem.message)),
            ])
          })
      ),
      ("subjects", .array(chain.chain.map { .string($0) })),
    ])
  }

  private static func place(_ origin: Origin) -> JSONValue {
    .object([
      ("file", .string(origin.file)), ("field", .optional(origin.field)),
      ("entry", origin.entry.map { .number($0) } ?? .null),
    ])
  }

  private static func step(_ step: RenewalPlan.Step) -> JSONValue {
    .object([
      ("role", .string(step.role.rawValue)), ("file", .string(step.origin.file)),
      ("subject", .string(step.subject)),
      ("notAfter", .string(CalendarText.timestamp(step.notAfter))),
      ("isExpired", .bool(step.isExpired)), ("action", .string(step.action)),
      ("restarts", .array(step.restarts.map { .string($0) })),
    ])
  }
}
