internal import Findings
internal import X509

/// Who can use etcd besides those that have to: every certificate of etcd's authority has all rights.
enum EtcdClientCheck {
  private static let expected: Set<Role> = [
    .apiServerEtcdClient, .etcdServer, .etcdPeer, .etcdHealthcheckClient,
  ]

  static func run(
    _ inventory: Inventory, _ assignments: Assignments, into findings: inout FindingSet
  ) throws(X509Error) {
    let clusterKeys = Set(
      positions(.clusterAuthority, inventory, assignments).map {
        inventory.kept($0).keyFingerprint
      })
    // Where the cluster has the same authority, that is said already.
    let positions = positions(.etcdAuthority, inventory, assignments)
      .filter { !clusterKeys.contains(inventory.kept($0).keyFingerprint) }
    var authorities: [Certificate] = []
    for position in positions {
      authorities.append(try inventory.certificate(position).certificate)
    }
    let names = Set(positions.map { inventory.kept($0).subject })
    guard !names.isEmpty else { return }
    var known: Set<Fingerprint> = []
    for (number, roles) in assignments.byBundle.enumerated()
    where roles.contains(where: { expected.contains($0.role) }) {
      known.formUnion(inventory.bundles[number].certificates.map(\.fingerprint))
    }
    for (number, bundle) in inventory.bundles.enumerated() where bundle.kind != .trusted {
      for (index, kept) in bundle.certificates.enumerated() {
        guard !kept.isAuthority, !kept.isSelfIssued, names.contains(kept.issuer),
          known.insert(kept.fingerprint).inserted, kept.isForClients
        else { continue }
        let found = try inventory.certificate(Inventory.Position(number, index))
        let certificate = found.certificate
        // Members themselves, by another layout than kubeadm's.
        guard !(certificate.extendedKeyUsage?.contains(.serverAuth) ?? false),
          authorities.contains(where: { certificate.isSigned(by: $0) })
        else { continue }
        findings.add(
          TransportRules.etcdClient,
          "\(CertificateCheck.name(found)) is signed by '\(certificate.issuer.text)'",
          at: found.origin)
      }
    }
  }

  private static func positions(
    _ role: Role, _ inventory: Inventory, _ assignments: Assignments
  ) -> [Inventory.Position] {
    Set(assignments.authorities.values.compactMap { $0[role] }).flatMap { bundle in
      inventory.bundles[bundle].certificates.indices.map { Inventory.Position(bundle, $0) }
    }
  }
}
