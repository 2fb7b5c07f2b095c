internal import Findings
internal import X509

/// Whether a certificate that signs others may do so.
enum AuthorityCheck {
  static func run(_ found: BundledCertificate, into findings: inout FindingSet) {
    let certificate = found.certificate
    let who = CertificateCheck.name(found)
    guard certificate.isAuthority else {
      return findings.add(
        TransportRules.notAuthority, "\(who) lacks CA:TRUE", at: found.origin)
    }
    if let usage = certificate.keyUsage, !usage.contains(.certificateSigning) {
      findings.add(
        TransportRules.authorityUsage, "\(who) has the key usage \(usage), not keyCertSign",
        at: found.origin)
    }
  }

  /// Whether the authorities of one site are different ones, by their keys and not their files.
  static func compare(
    _ assignments: Assignments, _ inventory: Inventory, into findings: inout FindingSet
  ) throws(X509Error) {
    for (_, authorities) in assignments.authorities.sorted(by: { $0.key < $1.key }) {
      guard let cluster = authorities[.clusterAuthority] else { continue }
      for (role, rule) in [
        (Role.etcdAuthority, TransportRules.etcdAuthorityShared),
        (.frontProxyAuthority, TransportRules.frontProxyAuthorityShared),
      ] {
        guard let other = authorities[role] else { continue }
        let keys = Set(inventory.bundles[cluster].certificates.map(\.keyFingerprint))
        for (index, kept) in inventory.bundles[other].certificates.enumerated()
        where keys.contains(kept.keyFingerprint) {
          let found = try inventory.certificate(Inventory.Position(other, index))
          findings.add(
            rule,
            "\(CertificateCheck.name(found)) has the key of \(inventory.bundles[cluster].file)",
            at: found.origin)
        }
      }
    }
  }
}
