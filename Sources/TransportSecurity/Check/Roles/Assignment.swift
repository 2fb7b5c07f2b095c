/// What a bundle's certificate is used for, and what is known of that use.
public struct Assignment: Sendable {
  /// The role.
  public let role: Role
  /// What says so: a flag, a field, its path, its subject.
  public let evidence: String
  /// Whether the role is certain: a file says so, or the layout of the folder; not the subject alone.
  let isCertain: Bool
  /// The bundle with its private key; nil when that is not known.
  var key: Int?
}

/// The roles of all bundles.
struct Assignments: Sendable {
  /// By the number of the bundle.
  var byBundle: [[Assignment]]
  /// The authorities of each site, by the root folder of its PKI.
  var authorities: [String: [Role: Int]] = [:]
  /// The site of each bundle.
  let sites: [String]
  /// The bundles with keys of service accounts, by site: public and private.
  var serviceAccounts: [String: (publicKeys: [Int], privateKeys: [Int])] = [:]

  /// The bundles of authorities that a node's own kubeconfigs trust, by kubeconfig.
  var kubeconfigAuthorities: [String: [Int]] = [:]

  /// No roles yet.
  init(sites: [String]) {
    self.sites = sites
    byBundle = [[Assignment]](repeating: [], count: sites.count)
  }

  mutating func add(_ bundle: Int, _ role: Role, _ evidence: String, isCertain: Bool) {
    guard !byBundle[bundle].contains(where: { $0.role == role }) else { return }
    byBundle[bundle].append(Assignment(role: role, evidence: evidence, isCertain: isCertain))
    if role.isAuthority, isCertain {
      let site = sites[bundle]
      if authorities[site]?[role] == nil { authorities[site, default: [:]][role] = bundle }
    }
  }

  /// Has kubeadm's one authority trusted for what others have further ones for.
  mutating func trustForServers(_ bundle: Int, _ role: Role) {
    let site = sites[bundle]
    let other: Role = role == .clusterAuthority ? .serverAuthority : .etcdPeerAuthority
    if authorities[site]?[other] == nil { authorities[site, default: [:]][other] = bundle }
  }

  mutating func setKey(_ key: Int, of bundle: Int) {
    for index in byBundle[bundle].indices where byBundle[bundle][index].key == nil {
      byBundle[bundle][index].key = key
    }
  }
}
