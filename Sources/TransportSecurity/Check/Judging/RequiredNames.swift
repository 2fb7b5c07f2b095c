internal import ControlPlane
internal import X509

/// The names that clients reach servers by.
struct RequiredNames: Sendable {
  private let layoutBundles: Set<Int>
  private let apiServerNames: [String: [String]]
  private let sites: [String]

  /// What pods of every cluster use.
  private static let cluster = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"]

  init(_ inventory: Inventory, _ assignments: Assignments) {
    sites = assignments.sites
    let sitesOfFiles = PKILayout(inventory.files)
    var layout: Set<Int> = []
    for (number, bundle) in inventory.bundles.enumerated()
    where bundle.kind == .file && sitesOfFiles.role(of: bundle.file) != nil {
      layout.insert(number)
    }
    layoutBundles = layout
    var names: [String: [String]] = [:]
    func add(_ name: String, _ file: String) {
      let site = sitesOfFiles.site(of: file)
      guard !name.isEmpty, names[site]?.contains(name) != true else { return }
      names[site, default: []].append(name)
    }
    for run in inventory.components where run.component == .apiServer {
      if let address = run.flags.last("advertise-address") {
        add(address.value, run.place.file)
      }
      for range in run.flags.list("service-cluster-ip-range").prefix(1) {
        if let address = Self.firstAddress(of: range.text) { add(address, run.place.file) }
      }
    }
    // A node's own kubeconfigs reach the API server of the same site.
    for kubeconfig in inventory.kubeconfigs where kubeconfig.file.hasSuffix(".conf") {
      for cluster in kubeconfig.clusters where cluster.insecureSkipVerify == nil {
        if let name = cluster.serverName?.text ?? cluster.server.flatMap({ Self.host(of: $0.text) })
        {
          add(name, kubeconfig.file)
        }
      }
    }
    apiServerNames = names
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
    case .apiServer: Self.cluster + (apiServerNames[sites[bundle]] ?? [])
    // As kubeadm makes them; other layouts need not.
    case .etcdServer, .etcdPeer: layoutBundles.contains(bundle) ? ["localhost", "127.0.0.1"] : []
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

  /// The host of a URL: a name or an address.
  static func host(of url: String) -> String? {
    guard let start = url.firstRange(of: "://") else { return nil }
    let authority = url[start.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.split(separator: "@").last ?? ""
    if host.hasPrefix("[") {
      return host.firstIndex(of: "]").map { String(host[host.index(after: host.startIndex)..<$0]) }
    }
    return host.split(separator: ":").first.map { String($0) }
  }

  /// The address of the Service `kubernetes`: the first of the range.
  private static func firstAddress(of range: String) -> String? {
    guard let base = range.split(separator: "/").first,
      var bytes = IPAddressText.bytes(String(base))
    else { return nil }
    for index in bytes.indices.reversed() {
      let (sum, isOver) = bytes[index].addingReportingOverflow(1)
      bytes[index] = sum
      if !isOver { break }
    }
    return IPAddressText.text(bytes)
  }
}
