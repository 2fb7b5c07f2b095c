internal import Findings
internal import X509

/// Serial numbers, keys and certificates that there are more than one of.
enum DuplicateCheck {
  static func run(
    _ inventory: Inventory, _ assignments: Assignments, into findings: inout FindingSet
  ) throws(X509Error) {
    var serials: [NameMark: Inventory.Position] = [:]
    var keys: [Fingerprint: Inventory.Position] = [:]
    var copies: [Fingerprint: Inventory.Position] = [:]
    for (number, bundle) in inventory.bundles.enumerated() where bundle.kind != .trusted {
      for (index, kept) in bundle.certificates.enumerated() {
        let position = Inventory.Position(number, index)
        if let first = copies[kept.fingerprint] {
          let origin = inventory.origin(first)
          if bundle.leafIndex == index, origin.file != bundle.file,
            assignments.byBundle[number].first?.role.isAuthority == false
          {
            let found = try inventory.certificate(position)
            findings.add(
              TransportRules.duplicate,
              "\(CertificateCheck.name(found)) is also in \(origin.label)", at: found.origin)
          }
          continue
        }
        copies[kept.fingerprint] = position
        if let first = serials[kept.serial] {
          let found = try inventory.certificate(position)
          let other = try inventory.certificate(first)
          findings.add(
            TransportRules.duplicateSerial,
            "\(CertificateCheck.name(found)) has the serial number "
              + "\(found.certificate.serialNumber) of \(CertificateCheck.name(other)) in "
              + other.origin.file, at: found.origin)
        }
        serials[kept.serial] = position
        // Of authorities, the roles say more.
        if let first = keys[kept.keyFingerprint], !kept.isAuthority,
          inventory.kept(first).subject != kept.subject
        {
          let found = try inventory.certificate(position)
          let other = try inventory.certificate(first)
          findings.add(
            TransportRules.sharedKey,
            "\(CertificateCheck.name(found)) has the key of \(CertificateCheck.name(other)) in "
              + other.origin.file, at: found.origin)
        }
        keys[kept.keyFingerprint] = position
      }
    }
  }
}
