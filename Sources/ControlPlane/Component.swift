/// A program of a control plane, by the name of its executable.
public enum Component: String, Sendable, CaseIterable, Comparable {
  /// The API server.
  case apiServer = "kube-apiserver"
  /// The controller manager.
  case controllerManager = "kube-controller-manager"
  /// The scheduler.
  case scheduler = "kube-scheduler"
  /// The agent of a node.
  case kubelet
  /// The network proxy of a node.
  case kubeProxy = "kube-proxy"
  /// The database.
  case etcd
  /// The cloud's controllers.
  case cloudControllerManager = "cloud-controller-manager"
  /// The server of the network tunnel to the nodes (konnectivity).
  case konnectivityServer = "konnectivity-server"
  /// The nodes' end of the tunnel.
  case konnectivityAgent = "konnectivity-agent"
  /// A KMS plugin.
  case kmsPlugin = "kms-plugin"

  private static let names: [String: Component] = [
    "kube-apiserver": .apiServer, "apiserver": .apiServer,
    "kube-controller-manager": .controllerManager, "controller-manager": .controllerManager,
    "kube-scheduler": .scheduler, "kubelet": .kubelet, "kube-proxy": .kubeProxy, "etcd": .etcd,
    "cloud-controller-manager": .cloudControllerManager,
    "konnectivity-server": .konnectivityServer, "proxy-server": .konnectivityServer,
    "konnectivity-agent": .konnectivityAgent, "proxy-agent": .konnectivityAgent,
  ]

  /// The component of an executable's path, an image's name or a container's; nil for others.
  public init?(naming text: String) {
    let last = text.split(separator: "/").last ?? ""
    let name = last.split(whereSeparator: { $0 == ":" || $0 == "@" }).first ?? ""
    if let known = Component.names[String(name)] {
      self = known
    } else if name.hasPrefix("hardened-"), let known = Component.names[String(name.dropFirst(9))] {
      // RKE2's images.
      self = known
    } else if name.contains("kms") || name == "aws-encryption-provider" {
      self = .kmsPlugin
    } else {
      return nil
    }
  }

  /// Whether it reads its flags as Go's own package does, and not as pflag.
  var usesGoFlags: Bool { self == .etcd }

  public static func < (left: Component, right: Component) -> Bool {
    let order = allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}
