internal import Findings
internal import X509

/// Serial numbers, keys and certificates that there are more than one of.
enum DuplicateCheck {
  static func run(
    _ inventory: Inventory, _ assignments: Assignments, into findings: inout FindingSet
  ) {
    var serials: [String: BundledCertificate] = [:]
    var keys: [Fingerprint: BundledCertificate] = [:]
    var copies: [Fingerprint: BundledCertificate] = [:]
    for (number, bundle) in inventory.bundles.enumerated() where bundle.kind != .trusted {
      for (index, found) in bundle.certificates.enumerated() {
        let certificate = found.certificate
        let who = CertificateCheck.name(found)
        if let first = copies[certificate.fingerprint] {
          let isOwn = bundle.leafIndex == index && first.origin.file != found.origin.file
          if isOwn, assignments.byBundle[number]?.first?.role.isAuthority == false {
            findings.add(
              TransportRules.duplicate, "\(who) is also in \(first.origin.label)",
              at: found.origin)
          }
          continue
        }
        copies[certificate.fingerprint] = found
        let serial = "\(certificate.serialNumber) \(certificate.issuer.text)"
        if let first = serials[serial] {
          findings.add(
            TransportRules.duplicateSerial,
            "\(who) has the serial number \(certificate.serialNumber) of "
              + "\(CertificateCheck.name(first)) in \(first.origin.file)", at: found.origin)
        }
        serials[serial] = found
        // Of authorities, the roles say more.
        if let first = keys[certificate.keyFingerprint], !certificate.isAuthority,
          first.certificate.subject != certificate.subject
        {
          findings.add(
            TransportRules.sharedKey,
            "\(who) has the key of \(CertificateCheck.name(first)) in \(first.origin.file)",
            at: found.origin)
        }
        keys[certificate.keyFingerprint] = found
      }
    }
  }
}
