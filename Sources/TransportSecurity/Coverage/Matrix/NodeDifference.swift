internal import ControlPlane
internal import Findings
internal import X509

/// Something in which a node of the control plane is not as the others.
public struct NodeDifference: Sendable {
  /// The node.
  public let node: String
  /// What it is about: "kube-apiserver --tls-min-version", "the CA of --client-ca-file".
  public let subject: String
  /// What it has.
  public let value: String
  /// What the most others have.
  public let others: String
  let finding: Finding

  /// Flags that have to be the same on every node, by component; addresses and names are not.
  private static let flags: [(component: Component, names: [String])] = [
    (
      .apiServer,
      [
        "anonymous-auth", "audit-policy-file", "authorization-mode", "client-ca-file",
        "enable-admission-plugins", "disable-admission-plugins", "encryption-provider-config",
        "etcd-cafile", "etcd-certfile", "feature-gates", "insecure-port",
        "kubelet-certificate-authority", "kubelet-client-certificate", "proxy-client-cert-file",
        "requestheader-allowed-names", "requestheader-client-ca-file",
        "service-account-issuer", "service-account-key-file", "service-account-lookup",
        "service-account-signing-key-file", "tls-cert-file", "tls-cipher-suites",
        "tls-min-version", "token-auth-file", "audit-webhook-config-file",
        "authentication-config", "authentication-token-webhook-config-file",
        "authorization-config", "authorization-webhook-config-file",
        "egress-selector-config-file",
      ]
    ),
    (
      .controllerManager,
      [
        "bind-address", "cluster-signing-cert-file", "feature-gates", "port", "profiling",
        "root-ca-file", "service-account-private-key-file", "tls-cert-file",
        "tls-cipher-suites", "tls-min-version", "use-service-account-credentials",
      ]
    ),
    (
      .scheduler,
      [
        "bind-address", "feature-gates", "port", "profiling", "tls-cert-file",
        "tls-cipher-suites", "tls-min-version",
      ]
    ),
  ]

  private static let etcdFlags = [
    "auto-tls", "cert-file", "cipher-suites", "client-cert-auth", "peer-auto-tls",
    "peer-cert-file", "peer-client-cert-auth", "peer-trusted-ca-file", "tls-min-version",
    "trusted-ca-file",
  ]

  private static let kubeletFlags = [
    "anonymous-auth", "authorization-mode", "client-ca-file", "read-only-port",
    "rotate-certificates", "rotate-server-certificates", "tls-cert-file", "tls-cipher-suites",
    "tls-min-version",
  ]

  /// One thing that a node has.
  private struct Trait {
    let node: NodeInventory
    let value: String
    let place: Place
  }

  /// All of them.
  static func all(_ inventories: [NodeInventory], now: Int, warning: Int) -> [NodeDifference] {
    let planes = inventories.filter { $0.run(.apiServer) != nil || $0.etcd != nil }
    guard planes.count > 1 else { return [] }
    var found: [NodeDifference] = []
    for (component, names) in flags {
      found += versions(planes, component)
      for name in names {
        found += compare("\(component.rawValue) --\(name)", planes) { node in
          guard let run = node.run(component) else { return nil }
          let setting = ComponentDefaults.setting(name, of: run)
          return (unordered(setting), setting.place ?? run.place)
        }
      }
      found += missing(component, planes)
    }
    for name in etcdFlags {
      found += compare("etcd --\(name)", planes) { node in
        guard let etcd = node.etcd, !etcd.isIncomplete else { return nil }
        let setting = etcd.setting(name)
        return (
          unordered(setting), setting.place ?? etcd.run?.place ?? Place(file: node.root.folder)
        )
      }
    }
    for name in kubeletFlags {
      found += compare("kubelet --\(name)", planes) { node in
        guard let kubelet = node.kubelet else { return nil }
        let setting = kubelet.setting(name)
        guard !kubelet.isUncertain(setting) else { return nil }
        return (
          unordered(setting), setting.place ?? kubelet.run?.place ?? Place(file: node.root.folder)
        )
      }
    }
    return found + authorities(planes, now: now, warning: warning)
  }

  /// A setting's value; of lists such as suites and plugins the order does not matter.
  private static func unordered(_ setting: Setting) -> String {
    let elements = setting.elements
    return elements.count > 1 ? elements.sorted().joined(separator: ",") : setting.value
  }

  private static func versions(
    _ planes: [NodeInventory], _ component: Component
  ) -> [NodeDifference] {
    compare("the version of \(component.rawValue)", planes) { node in
      guard let run = node.run(component), let version = run.version else { return nil }
      return (version.description, run.image?.place ?? run.place)
    }
  }

  private static func missing(
    _ component: Component, _ planes: [NodeInventory]
  ) -> [NodeDifference] {
    compare(component.rawValue, planes.filter { $0.run(.apiServer) != nil }) { node in
      let run = node.run(component)
      return (run == nil ? "missing" : "there", run?.place ?? Place(file: node.root.folder))
    }
  }

  /// The CAs behind a path: the same path may hold another key.
  private static func authorities(
    _ planes: [NodeInventory], now: Int, warning: Int
  ) -> [NodeDifference] {
    let apiServer = [
      "client-ca-file", "etcd-cafile", "kubelet-certificate-authority",
      "requestheader-client-ca-file",
    ]
    var found: [NodeDifference] = []
    func builder(_ node: NodeInventory) -> LinkBuilder {
      LinkBuilder(node, in: planes, now: now, warning: warning)
    }
    for name in apiServer {
      found += compare("the CA of kube-apiserver --\(name)", planes) { node in
        guard let run = node.run(.apiServer) else { return nil }
        let setting = ComponentDefaults.setting(name, of: run)
        return keys(builder(node).file(setting, of: run), setting.place ?? run.place)
      }
    }
    for name in ["trusted-ca-file", "peer-trusted-ca-file"] {
      found += compare("the CA of etcd --\(name)", planes) { node in
        guard let etcd = node.etcd, !etcd.isIncomplete else { return nil }
        let setting = etcd.setting(name)
        let place = setting.place ?? etcd.run?.place ?? Place(file: node.root.folder)
        return keys(builder(node).file(setting, of: etcd.run), place)
      }
    }
    return found
  }

  private static func keys(_ file: CertificateFile?, _ place: Place) -> (String, Place)? {
    guard let file, file.problem == nil else { return nil }
    let keys = file.certificates.map {
      "\($0.subject.text) (key \($0.keyFingerprint.short))"
    }
    return (Set(keys).sorted().joined(separator: ", "), place)
  }

  /// The nodes that have another value than the most.
  private static func compare(
    _ subject: String, _ planes: [NodeInventory],
    _ value: (NodeInventory) -> (value: String, place: Place)?
  ) -> [NodeDifference] {
    let traits = planes.compactMap { node in
      value(node).map {
        Trait(node: node, value: withoutName($0.value, of: node), place: $0.place)
      }
    }
    var counts: [String: Int] = [:]
    for trait in traits { counts[trait.value, default: 0] += 1 }
    guard counts.count > 1 else { return [] }
    let most = counts.values.max() ?? 0
    // Of two nodes nobody can say which one drifted: both are told of.
    let isTie = counts.values.count { $0 == most } > 1
    return traits.compactMap { trait in
      guard isTie || counts[trait.value] != most else { return nil }
      let other = traits.first {
        $0.value != trait.value && (isTie || counts[$0.value] == most)
      }
      guard let other else { return nil }
      let own = shown(trait.value)
      let message =
        "\(trait.node.root.name): \(subject) is \(own), and \(shown(other.value)) on "
        + other.node.root.name
      return NodeDifference(
        node: trait.node.root.name, subject: subject, value: withoutPasswords(trait.value),
        others: withoutPasswords(other.value),
        finding: Finding(
          CoverageRules.nodeDiffers, message, file: trait.place.file, line: trait.place.line,
          column: trait.place.column))
    }
  }

  /// A file's path with a node's own name in it (`member-node1.pem`) is the same on every node.
  private static func withoutName(_ value: String, of node: NodeInventory) -> String {
    guard value.hasPrefix("/") else { return value }
    let names = [
      node.etcd?.setting("name").value ?? "",
      node.run(.kubelet)?.flags.last("hostname-override")?.value ?? "",
      node.root.name,
    ]
    let name = names.first { !$0.isEmpty && $0 != "default" && value.contains($0) }
    return name.map { value.replacing($0, with: "NODE") } ?? value
  }

  private static func shown(_ value: String) -> String {
    value.isEmpty ? "not set" : withoutPasswords(value)
  }
}
