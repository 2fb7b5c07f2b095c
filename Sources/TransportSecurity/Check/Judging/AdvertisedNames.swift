internal import ControlPlane
internal import X509

/// The names and addresses that components tell others to reach them by.
struct AdvertisedNames: Sendable {
  private var known: [String: [Role: [String]]] = [:]

  init(_ inventory: Inventory, _ layout: PKILayout) {
    addAPIServers(inventory, layout)
    addEtcd(inventory, layout)
  }

  /// The names of a role's server at a site.
  func names(_ role: Role, _ site: String) -> [String] { known[site]?[role] ?? [] }

  private mutating func add(_ name: String, _ role: Role, _ site: String) {
    guard !name.isEmpty, !name.contains("$"), known[site]?[role]?.contains(name) != true else {
      return
    }
    known[site, default: [:]][role, default: []].append(name)
  }

  /// Adds what differs between the members of a cluster: of several in one place, as in a dump, it is
  /// not known whose certificate is meant.
  private mutating func addOwn(_ names: [String: [String]], _ role: Role) {
    for (site, names) in names where Set(names).count == 1 { add(names[0], role, site) }
  }

  private mutating func addAPIServers(_ inventory: Inventory, _ layout: PKILayout) {
    var addresses: [String: [String]] = [:]
    for run in inventory.components where run.component == .apiServer {
      let site = layout.site(of: run.place.file)
      if let address = run.flags.last("advertise-address") {
        addresses[site, default: []].append(address.value)
      }
      for range in run.flags.list("service-cluster-ip-range").prefix(1) {
        if let address = Self.firstAddress(of: range.text) { add(address, .apiServer, site) }
      }
    }
    addOwn(addresses, .apiServer)
    // A node's own kubeconfigs reach the API server of the same site.
    for kubeconfig in inventory.kubeconfigs where kubeconfig.file.hasSuffix(".conf") {
      for cluster in kubeconfig.clusters where cluster.insecureSkipVerify == nil {
        if let name = cluster.serverName?.text ?? cluster.server.flatMap({ Self.host(of: $0.text) })
        {
          add(name, .apiServer, layout.site(of: kubeconfig.file))
        }
      }
    }
  }

  private mutating func addEtcd(_ inventory: Inventory, _ layout: PKILayout) {
    // Beside a configuration file flags count for nothing.
    let runs = inventory.components.filter { run in
      run.component == .etcd && EtcdSettings.configurationFile(of: run) == nil
    }
    let members =
      runs.map { run in (EtcdSettings(run: run, file: nil), run.place.file) }
      + inventory.etcds.compactMap { etcd in
        etcd.setting("advertise-client-urls").place.map { (etcd, $0.file) }
      }
    for (flag, role) in [
      ("advertise-client-urls", Role.etcdServer), ("initial-advertise-peer-urls", .etcdPeer),
    ] {
      var urls: [String: [String]] = [:]
      for (etcd, file) in members {
        let setting = etcd.setting(flag)
        guard !setting.isDefault else { continue }
        urls[layout.site(of: file), default: []].append(setting.value)
      }
      for (site, values) in urls where Set(values).count == 1 {
        for url in values[0].split(separator: ",") where url.hasPrefix("https://") {
          if let host = Self.host(of: String(url)) { add(host, role, site) }
        }
      }
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
