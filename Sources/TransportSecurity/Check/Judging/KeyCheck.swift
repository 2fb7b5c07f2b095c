internal import Findings
internal import X509

/// Private keys: whether they are those of the certificates, and whose else.
struct KeyCheck {
  let inventory: Inventory
  let assignments: Assignments
  private let layout: PKILayout

  init(inventory: Inventory, assignments: Assignments) {
    self.inventory = inventory
    self.assignments = assignments
    layout = PKILayout(inventory.files)
  }

  func run(into findings: inout FindingSet) {
    for bundle in inventory.bundles {
      for key in bundle.privateKeys where !key.isConsistent {
        findings.add(
          TransportRules.keyInconsistent, "the key's private part is another key's",
          at: key.origin)
      }
    }
    for number in inventory.bundles.indices { checkPair(number, &findings) }
    checkAuthorities(&findings)
    for (_, keys) in assignments.serviceAccounts.sorted(by: { $0.key < $1.key }) {
      checkServiceAccounts(keys.publicKeys, keys.privateKeys, &findings)
    }
  }

  /// Whether a bundle's key is that of its certificate; nil when there is no key to compare.
  func matches(_ number: Int) -> Bool? {
    guard let key = assignments.byBundle[number]?.lazy.compactMap(\.key).first,
      let certificate = owner(number)
    else { return nil }
    let keys = inventory.bundles[key].privateKeys
    guard !keys.isEmpty else { return nil }
    // Authorities may have been renewed with their key: any of the file's will do.
    let role = assignments.byBundle[number]?.first?.role
    let candidates =
      role?.isAuthority ?? false ? inventory.bundles[number].certificates : [certificate]
    return candidates.contains { candidate in
      guard let publicKey = candidate.certificate.publicKey else { return false }
      return keys.contains { $0.publicKey.isSame(as: publicKey) }
    }
  }

  /// The certificate that the key beside a bundle is for.
  private func owner(_ number: Int) -> BundledCertificate? {
    let bundle = inventory.bundles[number]
    return bundle.leafIndex.map { bundle.certificates[$0] } ?? bundle.certificates.first
  }

  private func checkPair(_ number: Int, _ findings: inout FindingSet) {
    let bundle = inventory.bundles[number]
    guard let assignment = assignments.byBundle[number]?.first, let found = owner(number) else {
      return
    }
    guard let key = assignments.byBundle[number]?.lazy.compactMap(\.key).first else {
      let needsKey =
        bundle.kind == .tlsSecret || (bundle.kind == .file && assignment.evidence == "its path")
      if layout.role(of: bundle.file) == .clusterAuthority {
        findings.add(
          TransportRules.authorityKeyAbsent, "\(CertificateCheck.name(found)) has no key beside it",
          at: found.origin)
      }
      if needsKey, !assignment.role.isAuthority {
        findings.add(
          TransportRules.keyMissing, "\(CertificateCheck.name(found)) has no key beside it",
          at: found.origin)
      }
      return
    }
    if matches(number) == false {
      let origin = inventory.bundles[key].privateKeys.first?.origin ?? bundle.origin
      findings.add(
        TransportRules.keyMismatch,
        "the key is not that of \(CertificateCheck.name(found)) in \(found.origin.file)",
        at: origin)
    }
  }

  private func checkAuthorities(_ findings: inout FindingSet) {
    var authorities: [Fingerprint: BundledCertificate] = [:]
    for bundle in inventory.bundles {
      for found in bundle.certificates where found.certificate.isAuthority {
        authorities[found.certificate.keyFingerprint] = found
      }
    }
    for bundle in inventory.bundles {
      for key in bundle.privateKeys {
        guard let found = authorities[key.publicKey.fingerprint] else { continue }
        findings.add(
          TransportRules.authorityKey, "the key of '\(found.certificate.subject.text)'",
          at: key.origin)
      }
    }
  }

  private func checkServiceAccounts(
    _ publicBundles: [Int], _ privateBundles: [Int], _ findings: inout FindingSet
  ) {
    let verifying = publicBundles.flatMap { number in
      inventory.bundles[number].publicKeys
        + inventory.bundles[number].privateKeys.map(\.publicKey)
        + inventory.bundles[number].certificates.compactMap(\.certificate.publicKey)
    }
    for number in privateBundles {
      for key in inventory.bundles[number].privateKeys {
        if CertificateCheck.isWeak(key.publicKey) {
          findings.add(
            TransportRules.weakKey,
            "service accounts' tokens are signed with \(key.publicKey.label)",
            at: key.origin)
        }
        if !verifying.isEmpty, !verifying.contains(where: { $0.isSame(as: key.publicKey) }) {
          let files = publicBundles.map { inventory.bundles[$0].file }.joined(separator: ", ")
          findings.add(
            TransportRules.serviceAccountKeys, "its public part is not in \(files)",
            at: key.origin)
        }
      }
    }
  }
}
