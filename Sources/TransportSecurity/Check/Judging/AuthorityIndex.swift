internal import X509

/// Every certificate that signs, or could sign, others; by its subject.
struct AuthorityIndex: Sendable {
  /// A name together with the identifier of a key.
  private struct KeyName: Hashable {
    let name: String
    let key: [UInt8]
  }

  private var bySubject: [String: [BundledCertificate]] = [:]
  private var byKey: [KeyName: [BundledCertificate]] = [:]
  /// What the caller trusts.
  private(set) var trusted: [BundledCertificate] = []

  /// More authorities of one name are not tried: each costs a signature.
  private static let maximumTrials = 20
  /// More would be a loop, or no chain that anybody verifies.
  private static let maximumClosure = 64

  init(_ inventory: Inventory) throws(X509Error) {
    // A certificate that calls itself no authority's and has signed one all the same.
    var issuers: Set<NameMark> = []
    for bundle in inventory.bundles {
      for kept in bundle.certificates where !kept.isSelfIssued { issuers.insert(kept.issuer) }
    }
    var seen: Set<Fingerprint> = []
    for (number, bundle) in inventory.bundles.enumerated() {
      for (index, kept) in bundle.certificates.enumerated() {
        let isNew =
          (kept.isAuthority || issuers.contains(kept.subject))
          && seen.insert(kept.fingerprint).inserted
        guard isNew || bundle.kind == .trusted else { continue }
        let found = try inventory.certificate(Inventory.Position(number, index))
        if isNew { add(found) }
        if bundle.kind == .trusted { trusted.append(found) }
      }
    }
  }

  private mutating func add(_ found: BundledCertificate) {
    let name = found.certificate.subject.text
    bySubject[name, default: []].append(found)
    guard let key = found.certificate.subjectKeyID else { return }
    byKey[KeyName(name: name, key: key), default: []].append(found)
  }

  /// Some authorities whose subject is a certificate's issuer, itself left out; those with the key
  /// that it names in front.
  func candidates(for certificate: Certificate) -> [BundledCertificate] {
    let name = certificate.issuer.text
    let fitting = certificate.authorityKeyID.flatMap { byKey[KeyName(name: name, key: $0)] } ?? []
    var seen: Set<Fingerprint> = [certificate.fingerprint]
    var found: [BundledCertificate] = []
    for authority in [fitting, bySubject[name] ?? []].joined() {
      guard found.count < Self.maximumTrials else { break }
      if seen.insert(authority.certificate.fingerprint).inserted { found.append(authority) }
    }
    return found
  }

  /// The authorities that signed a certificate.
  func signers(of certificate: Certificate) -> [BundledCertificate] {
    candidates(for: certificate)
      .filter { certificate.isSigned(by: $0.certificate) }
  }

  /// All authorities that may lead upwards from a certificate, by their names.
  func closure(of certificate: Certificate) -> [BundledCertificate] {
    var found: [BundledCertificate] = []
    var seen: Set<Fingerprint> = [certificate.fingerprint]
    var next = [certificate]
    while let below = next.popLast(), found.count < Self.maximumClosure {
      for authority in candidates(for: below)
      where seen.insert(authority.certificate.fingerprint).inserted {
        found.append(authority)
        next.append(authority.certificate)
      }
    }
    return found
  }
}
