internal import Findings
internal import Platform
internal import TLSClient
internal import TransportSecurity
internal import X509

/// A probe's report for people.
struct ProbeText {
  let report: ProbeReport
  let settings: ProbeSettings
  let now: Int

  /// The whole text, without findings.
  var text: String {
    var lines = [headline]
    if report.kind == .tls {
      lines += report.versions.flatMap(line)
      if let handshake = report.handshake, let group = handshake.group {
        let signature = handshake.signature.map { ", signed with \($0)" } ?? ""
        lines += row("keys", "\(group)\(signature)")
      }
      lines += certificateLines
      let authorities = (report.handshake?.acceptedAuthorities ?? []).prefix(8)
      let from = authorities.isEmpty ? "" : "; from " + authorities.joined(separator: " or ")
      lines += row("client", "certificate \(report.clientCertificate.rawValue)\(from)")
      if let isAccepted = report.isIdentityAccepted {
        lines += row("", "the one given is \(isAccepted ? "accepted" : "refused")")
      }
    }
    if let http = report.http {
      let version = http.softwareVersion.map { ", version \($0)" } ?? ""
      let server = http.server.map { ", server \($0)" } ?? ""
      let status = "status \(http.status) for /version\(version)\(server)"
      lines += row(
        "HTTP", report.handshake?.chosenProtocol.map { "\(status); ALPN \($0)" } ?? status)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var headline: String {
    let target = escapedForTerminal(report.target.description)
    let kind =
      switch report.kind {
      case .unreachable: "cannot be reached"
      case .tls: "TLS"
      case .plainHTTP: "HTTP WITHOUT TLS"
      case .silent: "SILENT"
      case .notTLS: "NOT TLS"
      case .closes, .refuses: "NO HANDSHAKE"
      }
    guard report.role != .unknown else { return "\(target): \(kind)" }
    let evidence = report.evidence.joined(separator: ", ")
    return "\(target): \(kind), \(report.role.rawValue) by \(evidence)"
  }

  private func line(_ version: ProbeReport.Version) -> [String] {
    let suites = version.suites.map(\.name).joined(separator: ", ")
    let more = version.isComplete ? "" : ", and perhaps more"
    return row("\(version.version)", suites + more)
  }

  private var certificateLines: [String] {
    guard let leaf = report.chain.first else { return row("certificate", "none seen") }
    let days = (leaf.notAfter - now) / 86_400
    let end = leaf.notAfter < now ? "expired" : "\(days) day\(days == 1 ? "" : "s") left"
    var parts = [leaf.subject.isEmpty ? "without a subject" : leaf.subject.text]
    if let key = leaf.publicKey { parts.append(key.label) }
    parts.append("\(leaf.signatureAlgorithm)")
    var lines = row("certificate", parts.joined(separator: "; "))
    lines += row("", "until \(CalendarText.date(leaf.notAfter)), \(end)")
    let names = leaf.alternativeNames
    if !names.isEmpty {
      let shown = names.prefix(12).map { "\($0)" }.joined(separator: ", ")
      lines += row("names", shown + (names.count > 12 ? ", and \(names.count - 12) more" : ""))
    }
    let others = report.chain.dropFirst().map(\.subject.text)
    lines += row("issuer", leaf.issuer.text)
    if !others.isEmpty { lines += row("sent along", others.joined(separator: "; ")) }
    if let verdict = report.verdict {
      let isFine = verdict.isTrusted
      let words = verdict.problems.map(\.message).joined(separator: "; ")
      lines += row(
        "chain", isFine ? "verified with \(settings.trustName)" : "NOT VERIFIED: \(words)")
    }
    return lines
  }

  private static let labelWidth = 14

  /// A label and a text that came from a stranger, wrapped.
  private func row(_ label: String, _ text: String) -> [String] {
    let lines = FindingsText.wrapped(
      FindingsText.shown(text), first: Self.labelWidth, others: Self.labelWidth)
    guard let first = lines.first else { return [] }
    let head = CountTable.pad("  " + label, Self.labelWidth)
    return [head + first.dropFirst(Self.labelWidth)] + lines.dropFirst()
  }
}
