internal import Findings
internal import X509

/// Files as a whole: what could not be read, and in which order certificates stand.
enum BundleCheck {
  static func run(
    _ bundle: CertificateBundle, isAuthority: Bool, into findings: inout FindingSet
  ) {
    for broken in bundle.broken {
      let isEncrypted =
        broken.error.code == .passwordNeeded || broken.error.code == .wrongPassword
      let detail = broken.origin.detail.isEmpty ? "" : " (\(broken.origin.detail))"
      findings.add(
        isEncrypted ? TransportRules.keyUnreadable : TransportRules.unreadable,
        broken.error.message + detail, at: broken.origin)
    }
    if !isAuthority { checkOrder(bundle, &findings) }
  }

  /// The component's own certificate first, then the issuer of each.
  private static func checkOrder(
    _ bundle: CertificateBundle, _ findings: inout FindingSet
  ) {
    guard let leaf = bundle.leafIndex, bundle.certificates.count > 1 else { return }
    let found = bundle.certificates[leaf]
    guard leaf == 0 else {
      return findings.add(
        TransportRules.bundleOrder,
        "\(CertificateCheck.name(found)) is not the first of the file", at: found.origin)
    }
    for (place, next) in zip(bundle.certificates, bundle.certificates.dropFirst()) {
      let issuer = place.certificate.issuer.text
      // What is not in the file cannot be in the wrong place.
      let isThere = bundle.certificates.contains { $0.certificate.subject.text == issuer }
      if isThere, !place.certificate.isSelfIssued, next.certificate.subject.text != issuer {
        return findings.add(
          TransportRules.bundleOrder,
          "\(CertificateCheck.name(place)) is not followed by its issuer", at: place.origin)
      }
    }
  }
}
