internal import Findings
internal import X509

/// What is bad about a certificate by itself, whatever it is used for.
struct CertificateCheck {
  let options: CheckOptions

  func run(_ found: BundledCertificate, into findings: inout FindingSet) {
    let certificate = found.certificate
    let who = Self.name(found)
    checkValidity(certificate, who, found.origin, &findings)
    checkKey(certificate, who, found.origin, &findings)
    if certificate.signatureAlgorithm.isBroken, !certificate.isSelfSigned {
      findings.add(
        TransportRules.weakSignature, "\(who) is signed with \(certificate.signatureAlgorithm)",
        at: found.origin)
    }
    if certificate.signatureAlgorithm.isUnknownToGo, !certificate.isSelfSigned {
      findings.add(
        TransportRules.unsupportedAlgorithm,
        "\(who) is signed with \(certificate.signatureAlgorithm)", at: found.origin)
    }
    if let problem = certificate.encodingProblem ?? Self.serialProblem(certificate) {
      findings.add(TransportRules.strictEncoding, "\(who): \(problem)", at: found.origin)
    }
    for name in certificate.brokenExtensions {
      findings.add(
        TransportRules.brokenExtension, "\(who): \(name) is broken or there twice",
        at: found.origin)
    }
    for name in certificate.unknownCriticalExtensions {
      findings.add(
        TransportRules.unknownCritical, "\(who) has the critical extension \(name)",
        at: found.origin)
    }
  }

  /// Who a certificate is for, and which of a file it is.
  static func name(_ found: BundledCertificate) -> String {
    let subject = found.certificate.subject
    let name = subject.isEmpty ? "a certificate without a subject" : "'\(subject.text)'"
    return found.origin.detail.isEmpty ? name : "\(name) (\(found.origin.detail))"
  }

  private func checkValidity(
    _ certificate: Certificate, _ who: String, _ origin: Origin, _ findings: inout FindingSet
  ) {
    let end = CalendarText.date(certificate.notAfter)
    guard certificate.notBefore <= certificate.notAfter else {
      return findings.add(
        TransportRules.neverValid,
        "\(who) is valid from \(CalendarText.date(certificate.notBefore)) to \(end)", at: origin)
    }
    if certificate.notAfter < options.now {
      let ago = CalendarText.span(options.now - certificate.notAfter)
      findings.add(TransportRules.expired, "\(who) expired on \(end), \(ago) ago", at: origin)
    } else if certificate.notBefore > options.now {
      let ahead = CalendarText.span(certificate.notBefore - options.now)
      findings.add(
        TransportRules.notYetValid,
        "\(who) is valid from \(CalendarText.date(certificate.notBefore)), in \(ahead)",
        at: origin)
    } else if certificate.notAfter - options.now < options.warning {
      let ahead = CalendarText.span(certificate.notAfter - options.now)
      findings.add(
        TransportRules.expiresSoon, "\(who) expires on \(end), in \(ahead)", at: origin)
    }
    if !certificate.isSelfSigned, certificate.lifetime > CheckOptions.maximumLifetime {
      let years = certificate.lifetime / (365 * 86_400)
      findings.add(
        TransportRules.lifetime, "\(who) is valid for \(years) years, to \(end)", at: origin)
    }
  }

  private func checkKey(
    _ certificate: Certificate, _ who: String, _ origin: Origin, _ findings: inout FindingSet
  ) {
    guard let key = certificate.publicKey else {
      return findings.add(
        TransportRules.brokenExtension, "\(who) has a key of a kind that OpenSSL does not know",
        at: origin)
    }
    if Self.isWeak(key) {
      findings.add(TransportRules.weakKey, "\(who) has the key \(key.label)", at: origin)
    } else if let problem = key.problemForGo {
      findings.add(TransportRules.unsupportedAlgorithm, "\(who): \(problem)", at: origin)
    }
  }

  static func isWeak(_ key: PublicKey) -> Bool {
    switch key.kind {
    case .rsa: key.bitCount < 2048
    case .ellipticCurve: key.bitCount < 224
    case .dsa: true
    case .ed25519, .ed448, .other: false
    }
  }

  /// What RFC 5280, section 4.1.2.2 asks of serial numbers, and Go with it.
  private static func serialProblem(_ certificate: Certificate) -> String? {
    let serial = certificate.serialNumber
    if serial.hasPrefix("-") { return "its serial number is negative" }
    if serial.utf8.count > 40 { return "its serial number has more than 20 bytes" }
    return nil
  }
}
