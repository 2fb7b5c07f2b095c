/// What listens on a port of a cluster.
public enum EndpointRole: String, Sendable, CaseIterable {
  /// kube-apiserver.
  case kubeAPIServer = "kube-apiserver"
  /// etcd's port for clients.
  case etcd = "etcd"
  /// etcd's port for its peers.
  case etcdPeer = "etcd-peer"
  /// etcd's port for metrics and health.
  case etcdMetrics = "etcd-metrics"
  /// The kubelet.
  case kubelet = "kubelet"
  /// The kubelet's read-only port.
  case kubeletReadOnly = "kubelet-read-only"
  /// kube-controller-manager.
  case controllerManager = "kube-controller-manager"
  /// kube-scheduler.
  case scheduler = "kube-scheduler"
  /// konnectivity-server's port for agents.
  case konnectivity = "konnectivity-server"
  /// kube-proxy's ports for metrics and health.
  case kubeProxy = "kube-proxy"
  /// Something else.
  case unknown = "unknown"

  /// The ports that the components have where nothing else is said (Kubernetes documentation,
  /// "Ports and Protocols"; kubeadm's manifests; konnectivity's).
  static let ports: [UInt16: EndpointRole] = [
    6443: .kubeAPIServer, 2379: .etcd, 2380: .etcdPeer, 2381: .etcdMetrics, 10250: .kubelet,
    10255: .kubeletReadOnly, 10257: .controllerManager, 10259: .scheduler, 8132: .konnectivity,
    10249: .kubeProxy, 10256: .kubeProxy,
  ]

  /// Whether it holds or hands out all of etcd's data.
  var isEtcdData: Bool { self == .etcd || self == .etcdPeer }

  /// Whether its port is one for metrics or health alone, which are plain HTTP by default.
  var isForMetrics: Bool { self == .etcdMetrics || self == .kubeProxy }
}
