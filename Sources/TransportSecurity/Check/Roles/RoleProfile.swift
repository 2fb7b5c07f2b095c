internal import X509

/// What a role asks of its certificate (Kubernetes: PKI certificates and requirements).
struct RoleProfile {
  /// What the other side verifies it for.
  let purposes: [ChainVerifier.Purpose]
  /// Who signs it; nil where any authority may.
  let authority: Role?
  /// The user; nil where any is fine.
  let commonName: String?
  /// How the user's name begins; nil where any is fine.
  let commonNamePrefix: String?
  /// The group that it must be of; nil where none is asked for.
  let organization: String?

  private init(
    _ purposes: [ChainVerifier.Purpose], _ authority: Role? = nil, commonName: String? = nil,
    prefix: String? = nil, organization: String? = nil
  ) {
    self.purposes = purposes
    self.authority = authority
    self.commonName = commonName
    commonNamePrefix = prefix
    self.organization = organization
  }

  /// The profile of a role.
  static func of(_ role: Role) -> RoleProfile {
    switch role {
    case .clusterAuthority, .serverAuthority, .etcdAuthority, .etcdPeerAuthority,
      .frontProxyAuthority, .authority, .unknown:
      RoleProfile([])
    case .apiServer: RoleProfile([.server], .serverAuthority)
    case .apiServerKubeletClient: RoleProfile([.client], .clusterAuthority)
    case .apiServerEtcdClient, .etcdHealthcheckClient: RoleProfile([.client], .etcdAuthority)
    case .frontProxyClient: RoleProfile([.client], .frontProxyAuthority)
    case .etcdServer: RoleProfile([.server, .client], .etcdAuthority)
    case .etcdPeer: RoleProfile([.server, .client], .etcdPeerAuthority)
    case .controllerManagerClient:
      RoleProfile([.client], .clusterAuthority, commonName: "system:kube-controller-manager")
    case .schedulerClient:
      RoleProfile([.client], .clusterAuthority, commonName: "system:kube-scheduler")
    case .kubeletClient:
      RoleProfile(
        [.client], .clusterAuthority, prefix: "system:node:", organization: "system:nodes")
    case .kubeletServer: RoleProfile([.server], .serverAuthority)
    case .administrator, .superAdministrator: RoleProfile([.client], .clusterAuthority)
    case .controllerManagerServer, .schedulerServer, .server: RoleProfile([.server])
    case .client: RoleProfile([.client])
    case .serverAndClient: RoleProfile([.server, .client])
    }
  }
}

extension Role {
  /// Whether it is an authority's.
  public var isAuthority: Bool {
    switch self {
    case .clusterAuthority, .serverAuthority, .etcdAuthority, .etcdPeerAuthority,
      .frontProxyAuthority, .authority:
      true
    default: false
    }
  }

  /// Whether it is a component's towards the API server, which its subject says.
  var isComponentClient: Bool {
    [.controllerManagerClient, .schedulerClient, .kubeletClient].contains(self)
  }

  /// Whether it is a server's.
  var isServer: Bool { RoleProfile.of(self).purposes.contains(.server) }
}
