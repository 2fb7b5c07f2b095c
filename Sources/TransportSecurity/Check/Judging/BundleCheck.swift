internal import Findings
internal import X509

/// Files as a whole: what could not be read, and in which order certificates stand.
enum BundleCheck {
  static func run(
    _ inventory: Inventory, _ number: Int, isAuthority: Bool, into findings: inout FindingSet
  ) throws(X509Error) {
    let bundle = inventory.bundles[number]
    for broken in bundle.broken {
      let isEncrypted =
        broken.error.code == .passwordNeeded || broken.error.code == .wrongPassword
      let detail = broken.origin.detail.isEmpty ? "" : " (\(broken.origin.detail))"
      findings.add(
        isEncrypted ? TransportRules.keyUnreadable : TransportRules.unreadable,
        broken.error.message + detail, at: broken.origin)
    }
    guard !isAuthority, let (index, problem) = disorder(bundle) else { return }
    let found = try inventory.certificate(Inventory.Position(number, index))
    findings.add(
      TransportRules.bundleOrder, "\(CertificateCheck.name(found)) \(problem)", at: found.origin)
  }

  /// The first certificate that is out of order: the component's own should be in front, then the
  /// issuer of each.
  private static func disorder(_ bundle: KeptBundle) -> (index: Int, problem: String)? {
    let all = bundle.certificates
    guard let leaf = bundle.leafIndex, all.count > 1 else { return nil }
    guard leaf == 0 else { return (leaf, "is not the first of the file") }
    let subjects = Set(all.map(\.subject))
    let index = zip(all, all.dropFirst()).enumerated().first { _, pair in
      // What is not in the file cannot be in the wrong place.
      subjects.contains(pair.0.issuer) && !pair.0.isSelfIssued && pair.1.subject != pair.0.issuer
    }
    return index.map { ($0.offset, "is not followed by its issuer") }
  }
}
