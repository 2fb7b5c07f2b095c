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

  func run(into findings: inout FindingSet) throws(X509Error) {
    for bundle in inventory.bundles {
      for key in bundle.privateKeys where !key.isConsistent {
        findings.add(
          TransportRules.keyInconsistent, "the key's private part is another key's",
          at: key.origin(in: bundle.origin))
      }
    }
    for number in inventory.bundles.indices { try checkPair(number, &findings) }
    try checkAuthorities(&findings)
    for (_, keys) in assignments.serviceAccounts.sorted(by: { $0.key < $1.key }) {
      try checkServiceAccounts(keys.publicKeys, keys.privateKeys, &findings)
    }
  }

  /// Whether a bundle's key is that of its certificate; nil when there is no key to compare.
  func matches(_ number: Int) throws(X509Error) -> Bool? {
    let bundle = inventory.bundles[number]
    guard let key = assignments.byBundle[number].lazy.compactMap(\.key).first,
      let own = bundle.ownIndex
    else { return nil }
    let keys = inventory.bundles[key].privateKeys
    guard !keys.isEmpty else { return nil }
    // Authorities may have been renewed with their key: any of the file's will do.
    let isAuthority = assignments.byBundle[number].first?.role.isAuthority ?? false
    let candidates = isAuthority ? Array(bundle.certificates.indices) : [own]
    let fingerprints = candidates.map { bundle.certificates[$0].keyFingerprint }
    if keys.contains(where: { fingerprints.contains($0.fingerprint) }) { return true }
    // The same key may be written in another way.
    for candidate in candidates {
      let position = Inventory.Position(number, candidate)
      guard let publicKey = try inventory.certificate(position).certificate.publicKey else {
        continue
      }
      for key in keys where try inventory.publicKey(key).isSame(as: publicKey) { return true }
    }
    return false
  }

  private func checkPair(_ number: Int, _ findings: inout FindingSet) throws(X509Error) {
    let bundle = inventory.bundles[number]
    guard let assignment = assignments.byBundle[number].first, let own = bundle.ownIndex else {
      return
    }
    let position = Inventory.Position(number, own)
    guard let key = assignments.byBundle[number].lazy.compactMap(\.key).first else {
      let needsKey =
        bundle.kind == .tlsSecret || (bundle.kind == .file && assignment.evidence == "its path")
      let isAuthority = layout.role(of: bundle.file) == .clusterAuthority
      guard isAuthority || (needsKey && !assignment.role.isAuthority),
        KeyFileName.candidates(for: bundle.file).allSatisfy({ !inventory.unread.contains($0) })
      else { return }
      let found = try inventory.certificate(position)
      findings.add(
        isAuthority ? TransportRules.authorityKeyAbsent : TransportRules.keyMissing,
        "\(CertificateCheck.name(found)) has no key beside it", at: found.origin)
      return
    }
    if try matches(number) == false {
      let other = inventory.bundles[key]
      let origin = other.privateKeys.first?.origin(in: other.origin) ?? bundle.origin
      let found = try inventory.certificate(position)
      findings.add(
        TransportRules.keyMismatch,
        "the key is not that of \(CertificateCheck.name(found)) in \(found.origin.file)",
        at: origin)
    }
  }

  private func checkAuthorities(_ findings: inout FindingSet) throws(X509Error) {
    var authorities: [Fingerprint: Inventory.Position] = [:]
    for (number, bundle) in inventory.bundles.enumerated() {
      // A server's that calls itself an authority signs nobody.
      guard
        !assignments.byBundle[number].contains(where: { $0.role == .server })
          || bundle.leafIndex != nil
      else { continue }
      for (index, kept) in bundle.certificates.enumerated() where kept.isAuthority {
        authorities[kept.keyFingerprint] = Inventory.Position(number, index)
      }
    }
    for bundle in inventory.bundles {
      for key in bundle.privateKeys {
        guard let position = authorities[key.fingerprint] else { continue }
        let found = try inventory.certificate(position)
        findings.add(
          TransportRules.authorityKey, "the key of '\(found.certificate.subject.text)'",
          at: key.origin(in: bundle.origin))
      }
    }
  }

  private func checkServiceAccounts(
    _ publicBundles: [Int], _ privateBundles: [Int], _ findings: inout FindingSet
  ) throws(X509Error) {
    var verifying: [PublicKey] = []
    for number in publicBundles {
      verifying += inventory.bundles[number].publicKeys
      for key in inventory.bundles[number].privateKeys {
        verifying.append(try inventory.publicKey(key))
      }
      verifying += try inventory.certificates(of: number).compactMap(\.certificate.publicKey)
    }
    for number in privateBundles {
      let bundle = inventory.bundles[number]
      for kept in bundle.privateKeys {
        let key = try inventory.publicKey(kept)
        let origin = kept.origin(in: bundle.origin)
        if CertificateCheck.isWeak(key) {
          findings.add(
            TransportRules.weakKey, "service accounts' tokens are signed with \(key.label)",
            at: origin)
        }
        if !verifying.isEmpty, !verifying.contains(where: { $0.isSame(as: key) }) {
          let files = publicBundles.map { inventory.bundles[$0].file }.joined(separator: ", ")
          findings.add(
            TransportRules.serviceAccountKeys, "its public part is not in \(files)", at: origin)
        }
      }
    }
  }
}
