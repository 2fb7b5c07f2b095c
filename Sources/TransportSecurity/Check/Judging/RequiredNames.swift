internal import ControlPlane
internal import X509

/// The names that clients reach servers by.
struct RequiredNames: Sendable {
  private let layoutBundles: Set<Int>
  private let advertised: AdvertisedNames
  private let nodes: [String: String]
  private let sites: [String]

  /// What pods of every cluster use.
  private static let cluster = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"]

  init(_ inventory: Inventory, _ assignments: Assignments) throws(X509Error) {
    sites = assignments.sites
    let layout = PKILayout(inventory.files)
    layoutBundles = Set(
      inventory.bundles.indices.filter { number in
        let bundle = inventory.bundles[number]
        return bundle.kind == .file && layout.role(of: bundle.file) != nil
      })
    advertised = AdvertisedNames(inventory, layout)
    nodes = try NodeNames.find(inventory, assignments, layout)
  }

  /// The node's name that a server's certificate lacks, as kubeadm gives it to each; nil where it has
  /// it, or the node is not known.
  func missingNode(_ certificate: Certificate, _ role: Role, bundle: Int) -> String? {
    guard [.apiServer, .etcdServer, .etcdPeer].contains(role), layoutBundles.contains(bundle),
      let node = nodes[sites[bundle]], !Self.isFor(certificate, node)
    else { return nil }
    return node
  }

  /// The names that a certificate's role needs and that it is not for.
  func missing(_ certificate: Certificate, _ role: Role, bundle: Int) -> [String] {
    var missing = names(of: certificate, role, bundle: bundle).filter { name in
      !Self.isFor(certificate, name)
    }
    if role == .apiServer {
      let isForDomain = certificate.alternativeNames.contains { name in
        guard case .dns(let text) = name else { return false }
        return text.hasPrefix("kubernetes.default.svc.") || text.hasPrefix("*.")
      }
      if !isForDomain, missing.isEmpty { missing.append("kubernetes.default.svc.<domain>") }
    }
    return missing
  }

  /// The names that a certificate's role needs, those that need no other file first.
  func names(of certificate: Certificate, _ role: Role, bundle: Int) -> [String] {
    switch role {
    case .apiServer: Self.cluster + advertised.names(role, sites[bundle])
    // As kubeadm makes them; other layouts need not.
    case .etcdServer, .etcdPeer:
      (layoutBundles.contains(bundle) ? ["localhost", "127.0.0.1"] : [])
        + advertised.names(role, sites[bundle])
    case .kubeletServer:
      certificate.subject.commonName.flatMap { name in
        name.hasPrefix("system:node:") ? [String(name.dropFirst(12))] : nil
      } ?? []
    default: []
    }
  }

  private static func isFor(_ certificate: Certificate, _ name: String) -> Bool {
    switch ChainVerifier.Name(name) {
    case .ip(let address): certificate.isFor(ip: address)
    case .host(let host): certificate.isFor(host: host)
    }
  }
}
