/// What a certificate is used for in a cluster.
public enum Role: String, Sendable, CaseIterable {
  /// Signs for clients of the API server; with kubeadm for servers, too.
  case clusterAuthority = "cluster-ca"
  /// Signs for the API server and kubelets, where another authority signs for clients.
  case serverAuthority = "server-ca"
  /// Signs for etcd and its clients.
  case etcdAuthority = "etcd-ca"
  /// Signs for etcd's members towards each other, where that is another one.
  case etcdPeerAuthority = "etcd-peer-ca"
  /// Signs for the aggregation layer's proxy.
  case frontProxyAuthority = "front-proxy-ca"
  /// Another authority.
  case authority = "ca"
  /// The API server's own.
  case apiServer = "api-server"
  /// The API server towards kubelets.
  case apiServerKubeletClient = "api-server-kubelet-client"
  /// The API server towards etcd.
  case apiServerEtcdClient = "api-server-etcd-client"
  /// The API server towards aggregated APIs.
  case frontProxyClient = "front-proxy-client"
  /// etcd towards its clients.
  case etcdServer = "etcd-server"
  /// etcd's members towards each other.
  case etcdPeer = "etcd-peer"
  /// What asks etcd whether it is well.
  case etcdHealthcheckClient = "etcd-healthcheck-client"
  /// The controller manager towards the API server.
  case controllerManagerClient = "controller-manager-client"
  /// The controller manager's own port.
  case controllerManagerServer = "controller-manager-server"
  /// The scheduler towards the API server.
  case schedulerClient = "scheduler-client"
  /// The scheduler's own port.
  case schedulerServer = "scheduler-server"
  /// A kubelet towards the API server.
  case kubeletClient = "kubelet-client"
  /// A kubelet's own port.
  case kubeletServer = "kubelet-server"
  /// An administrator.
  case administrator
  /// The administrator above all authorization.
  case superAdministrator = "super-administrator"
  /// Another client.
  case client
  /// Another server.
  case server
  /// Another that is both.
  case serverAndClient = "server-and-client"
  /// It cannot be said.
  case unknown

  /// For people.
  public var label: String {
    switch self {
    case .clusterAuthority: "cluster CA"
    case .serverAuthority: "server CA"
    case .etcdAuthority: "etcd CA"
    case .etcdPeerAuthority: "etcd peer CA"
    case .frontProxyAuthority: "front-proxy CA"
    case .authority: "CA"
    case .apiServer: "API server"
    case .apiServerKubeletClient: "API server to kubelets"
    case .apiServerEtcdClient: "API server to etcd"
    case .frontProxyClient: "front proxy"
    case .etcdServer: "etcd server"
    case .etcdPeer: "etcd peer"
    case .etcdHealthcheckClient: "etcd health check"
    case .controllerManagerClient: "controller manager"
    case .controllerManagerServer: "controller manager server"
    case .schedulerClient: "scheduler"
    case .schedulerServer: "scheduler server"
    case .kubeletClient: "kubelet"
    case .kubeletServer: "kubelet server"
    case .administrator: "administrator"
    case .superAdministrator: "super administrator"
    case .client: "client"
    case .server: "server"
    case .serverAndClient: "server and client"
    case .unknown: "unknown"
    }
  }

  /// The user that a kubeconfig of kubeadm's, k3s's or RKE2's is for, by its name.
  static func client(ofKubeconfig file: String) -> Role {
    let name = file.split(separator: "/").last ?? ""
    switch name {
    case "admin.conf", "admin.kubeconfig": return .administrator
    case "super-admin.conf": return .superAdministrator
    case "controller-manager.conf", "controller.kubeconfig": return .controllerManagerClient
    case "scheduler.conf", "scheduler.kubeconfig": return .schedulerClient
    case "kubelet.conf", "kubelet.kubeconfig": return .kubeletClient
    default: return .client
    }
  }
}
