internal import X509

/// Every certificate that signs, or could sign, others; by its subject.
struct AuthorityIndex: Sendable {
  private var bySubject: [String: [BundledCertificate]] = [:]
  /// What the caller trusts.
  let trusted: [BundledCertificate]

  /// More authorities of one name are not tried: each costs a signature.
  private static let maximumTrials = 20
  /// More would be a loop, or no chain that anybody verifies.
  private static let maximumClosure = 200

  init(_ inventory: Inventory) throws(X509Error) {
    // A certificate that calls itself no authority's and has signed one all the same.
    var issuers: Set<NameMark> = []
    for bundle in inventory.bundles {
      for kept in bundle.certificates where !kept.isSelfIssued { issuers.insert(kept.issuer) }
    }
    var seen: Set<Fingerprint> = []
    var trusted: [BundledCertificate] = []
    for (number, bundle) in inventory.bundles.enumerated() {
      for (index, kept) in bundle.certificates.enumerated() {
        let isNew =
          (kept.isAuthority || issuers.contains(kept.subject))
          && seen.insert(kept.fingerprint).inserted
        guard isNew || bundle.kind == .trusted else { continue }
        let found = try inventory.certificate(Inventory.Position(number, index))
        if isNew { bySubject[found.certificate.subject.text, default: []].append(found) }
        if bundle.kind == .trusted { trusted.append(found) }
      }
    }
    self.trusted = trusted
  }

  /// The authorities whose subject is a certificate's issuer, itself left out.
  func candidates(for certificate: Certificate) -> [BundledCertificate] {
    (bySubject[certificate.issuer.text] ?? []).filter {
      $0.certificate.fingerprint != certificate.fingerprint
    }
  }

  /// The authorities that signed a certificate.
  func signers(of certificate: Certificate) -> [BundledCertificate] {
    candidates(for: certificate).prefix(Self.maximumTrials)
      .filter { certificate.isSigned(by: $0.certificate) }
  }

  /// All authorities that may lead upwards from a certificate, by their names.
  func closure(of certificate: Certificate) -> [BundledCertificate] {
    var found: [BundledCertificate] = []
    var names: Set<String> = []
    var next = [certificate.issuer.text]
    while let name = next.popLast(), found.count < Self.maximumClosure {
      guard names.insert(name).inserted else { continue }
      for authority in bySubject[name] ?? []
      where authority.certificate.fingerprint != certificate.fingerprint {
        found.append(authority)
        next.append(authority.certificate.issuer.text)
      }
    }
    return found
  }
}
