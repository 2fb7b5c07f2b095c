internal import ControlPlane
internal import X509

/// The names of nodes, as their kubelets call themselves.
enum NodeNames {
  private static let prefix = "system:node:"

  /// The node of each site; none where files disagree, as those of several nodes do.
  static func find(
    _ inventory: Inventory, _ assignments: Assignments, _ layout: PKILayout
  ) throws(X509Error) -> [String: String] {
    var names: [String: Set<String>] = [:]
    func add(_ user: String, _ site: String) {
      guard user.hasPrefix(prefix), user.utf8.count > prefix.utf8.count else { return }
      names[site, default: []].insert(String(user.dropFirst(prefix.count)))
    }
    for kubeconfig in inventory.kubeconfigs
    where Role.client(ofKubeconfig: kubeconfig.file) == .kubeletClient {
      for user in kubeconfig.users { add(user.name, layout.site(of: kubeconfig.file)) }
    }
    for (number, roles) in assignments.byBundle.enumerated()
    where roles.contains(where: { $0.role == .kubeletClient && $0.isCertain }) {
      guard let leaf = inventory.bundles[number].leafIndex else { continue }
      let found = try inventory.certificate(Inventory.Position(number, leaf))
      add(found.certificate.subject.commonName ?? "", assignments.sites[number])
    }
    return names.compactMapValues { $0.count == 1 ? $0.first : nil }
  }
}
