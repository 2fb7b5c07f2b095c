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

  init(_ inventory: Inventory) {
    // A certificate that calls itself no authority's and has signed one all the same.
    var issuers: Set<String> = []
    for bundle in inventory.bundles {
      for found in bundle.certificates where !found.certificate.isSelfIssued {
        issuers.insert(found.certificate.issuer.text)
      }
    }
    var seen: Set<Fingerprint> = []
    for bundle in inventory.bundles {
      for found in bundle.certificates {
        let certificate = found.certificate
        guard certificate.isAuthority || issuers.contains(certificate.subject.text),
          seen.insert(certificate.fingerprint).inserted
        else { continue }
        bySubject[certificate.subject.text, default: []].append(found)
      }
    }
    trusted = inventory.bundles.filter { $0.kind == .trusted }.flatMap(\.certificates)
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
