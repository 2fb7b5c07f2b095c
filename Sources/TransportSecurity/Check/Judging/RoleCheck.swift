internal import Findings
internal import X509

/// What is bad about a certificate for its role.
struct RoleCheck {
  let names: RequiredNames

  /// Checks the certificate that a component shows.
  func run(
    _ found: BundledCertificate, _ assignment: Assignment, bundle: Int,
    into findings: inout FindingSet
  ) {
    let certificate = found.certificate
    let role = assignment.role
    let profile = RoleProfile.of(role)
    let who = CertificateCheck.name(found)
    checkUsage(certificate, role, who, found.origin, &findings)
    if role.isServer, certificate.alternativeNames.isEmpty {
      findings.add(TransportRules.noNames, "\(who) has no subjectAltName", at: found.origin)
    } else if role.isServer {
      let missing = names.missing(certificate, role, bundle: bundle)
      if !missing.isEmpty {
        findings.add(
          TransportRules.namesMissing,
          "\(who), \(role.label), is not for \(missing.joined(separator: ", "))",
          at: found.origin)
      } else if let node = names.missingNode(certificate, role, bundle: bundle) {
        findings.add(
          TransportRules.namesMissing,
          "\(who), \(role.label), is not for \(node), the node's name", at: found.origin)
      }
    }
    checkSubject(certificate, profile, role, who, found.origin, &findings)
  }

  private func checkUsage(
    _ certificate: Certificate, _ role: Role, _ who: String, _ origin: Origin,
    _ findings: inout FindingSet
  ) {
    let purposes = RoleProfile.of(role).purposes
    let lacking = purposes.compactMap { purpose -> String? in
      let wanted: ExtendedKeyUsage = purpose == .server ? .serverAuth : .clientAuth
      return Self.allows(certificate, wanted) ? nil : wanted.name
    }
    if !lacking.isEmpty {
      findings.add(
        TransportRules.wrongUsage,
        "\(who), \(role.label), lacks \(lacking.joined(separator: " and "))", at: origin)
    }
    if !purposes.isEmpty, let usage = certificate.keyUsage, !usage.contains(.digitalSignature) {
      findings.add(
        TransportRules.keyUsage, "\(who) has the key usage \(usage), not digitalSignature",
        at: origin)
    }
  }

  /// Whether the extended key usage has a purpose; without any, everything is allowed.
  static func allows(_ certificate: Certificate, _ usage: ExtendedKeyUsage) -> Bool {
    guard let all = certificate.extendedKeyUsage else { return true }
    // OpenSSL does not take anyExtendedKeyUsage for a purpose; Go does.
    return all.contains(usage) || all.contains(.any)
  }

  private func checkSubject(
    _ certificate: Certificate, _ profile: RoleProfile, _ role: Role, _ who: String,
    _ origin: Origin, _ findings: inout FindingSet
  ) {
    let subject = certificate.subject
    let name = subject.commonName ?? ""
    if let wanted = profile.commonName, name != wanted {
      findings.add(
        TransportRules.wrongSubject, "\(who) is used as \(role.label), whose CN is \(wanted)",
        at: origin)
    } else if let prefix = profile.commonNamePrefix, !name.hasPrefix(prefix) {
      findings.add(
        TransportRules.wrongSubject,
        "\(who) is used as \(role.label), whose CN begins with \(prefix)", at: origin)
    } else if let group = profile.organization,
      subject.organizations.filter({ $0 != "system:masters" }) != [group]
    {
      findings.add(
        TransportRules.wrongSubject,
        "\(who) is used as \(role.label), whose O is \(group) alone",
        at: origin)
    }
    let isClient = Self.allows(certificate, .clientAuth)
    if isClient, subject.organizations.contains("system:masters") {
      let rule =
        role == .superAdministrator ? TransportRules.breakGlass : TransportRules.masters
      findings.add(rule, "\(who) is above all authorization", at: origin)
    }
  }
}
