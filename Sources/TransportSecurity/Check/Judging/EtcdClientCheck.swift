internal import Findings
internal import X509

/// Who can use etcd besides those that have to: every certificate of etcd's authority has all rights.
enum EtcdClientCheck {
  private static let expected: Set<Role> = [
    .apiServerEtcdClient, .etcdServer, .etcdPeer, .etcdHealthcheckClient,
  ]

  static func run(
    _ inventory: Inventory, _ assignments: Assignments, into findings: inout FindingSet
  ) {
    let clusterKeys = Set(
      certificates(.clusterAuthority, inventory, assignments).map(\.keyFingerprint))
    // Where the cluster has the same authority, that is said already.
    let authorities = certificates(.etcdAuthority, inventory, assignments)
      .filter { !clusterKeys.contains($0.keyFingerprint) }
    let names = Set(authorities.map(\.subject.text))
    guard !names.isEmpty else { return }
    var known: Set<Fingerprint> = []
    for (number, roles) in assignments.byBundle
    where roles.contains(where: { expected.contains($0.role) }) {
      known.formUnion(inventory.bundles[number].certificates.map(\.certificate.fingerprint))
    }
    for bundle in inventory.bundles where bundle.kind != .trusted {
      for found in bundle.certificates {
        let certificate = found.certificate
        guard !certificate.isAuthority, !certificate.isSelfIssued,
          names.contains(certificate.issuer.text),
          known.insert(certificate.fingerprint).inserted,
          RoleCheck.allows(certificate, .clientAuth),
          // Members themselves, by another layout than kubeadm's.
          !(certificate.extendedKeyUsage?.contains(.serverAuth) ?? false),
          authorities.contains(where: { certificate.isSigned(by: $0) })
        else { continue }
        findings.add(
          TransportRules.etcdClient,
          "\(CertificateCheck.name(found)) is signed by '\(certificate.issuer.text)'",
          at: found.origin)
      }
    }
  }

  private static func certificates(
    _ role: Role, _ inventory: Inventory, _ assignments: Assignments
  ) -> [Certificate] {
    Set(assignments.authorities.values.compactMap { $0[role] })
      .flatMap { inventory.bundles[$0].certificates.map(\.certificate) }
  }
}
